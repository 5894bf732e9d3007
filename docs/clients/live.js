// Sends sound as it comes; `told` gets each event. In browsers, and in Node 22 or later.
export function live(server, token, query, told) {
  const socket = new WebSocket(`${server}/audio/stream?${query}`, ["bearer", token]);
  socket.onmessage = ({ data }) => told(JSON.parse(data));
  return {
    opened: new Promise((resolve) => { socket.onopen = resolve; }),
    closed: new Promise((resolve) => { socket.onclose = resolve; }), // gives code and reason
    send: (chunk) => socket.send(chunk),
    finish: () => socket.send('{"type": "close"}'),
  };
}

export async function microphone(server, token, told) {
  const sound = await navigator.mediaDevices.getUserMedia({ audio: true });
  const recorder = new MediaRecorder(sound, { mimeType: "audio/webm;codecs=opus" });
  const session = live(server, token, "encoding=webm", told);
  recorder.ondataavailable = ({ data }) => session.send(data);
  recorder.onstop = session.finish;
  await session.opened;
  recorder.start(250);
  return { stop: () => recorder.stop(), closed: session.closed };
}
