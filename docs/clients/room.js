// Tells what happens in a room, and misses nothing. In browsers, and in Node 22 or later.
export function room(server, token, id, told, ended) {
  let after = "";
  const connect = () => {
    const socket = new WebSocket(`${server}/ws/rooms/${id}${after}`, ["bearer", token]);
    socket.onmessage = ({ data }) => {
      const event = JSON.parse(data);
      after = `?after=${event.seq}`;
      told(event);
    };
    socket.onclose = ({ code, reason }) => {
      const over = code === 1000 || (code >= 4400 && code < 4500);
      over ? ended(code, reason) : setTimeout(connect, 1000);
    };
  };
  connect();
}
