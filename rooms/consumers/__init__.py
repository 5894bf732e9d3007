from .room import RoomSocket

__all__ = ["RoomSocket"]
