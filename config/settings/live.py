"""Rooms and live audio: how long, how many, how much."""

from datetime import timedelta

from config import env

ROOM_SPEAKER_TTL = timedelta(seconds=env.ROOM_SPEAKER_TTL)
ROOM_SOCKET_GRACE = timedelta(seconds=env.ROOM_SOCKET_GRACE)
ROOM_REQUEST_GRACE = timedelta(seconds=env.ROOM_REQUEST_GRACE)
ROOM_MAX_CAPACITY = env.ROOM_MAX_CAPACITY
ROOM_EVENTS_KEPT = env.ROOM_EVENTS_KEPT
ROOM_STT_SECONDS = env.ROOM_STT_SECONDS
LIVE_STREAMS = env.LIVE_STREAMS
LIVE_INGESTS = env.LIVE_INGESTS
LIVE_RESUME_WITHIN = timedelta(seconds=env.LIVE_RESUME_WITHIN)
