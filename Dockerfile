# syntax=docker/dockerfile:1
# One image for every process; the command chooses. It calls the same scripts as `make setup`, carries the
# models' weights, runs as an ordinary user and needs no network to start.

ARG PYTHON_IMAGE=python:3.11-slim-bookworm

FROM ${PYTHON_IMAGE} AS build
WORKDIR /app
ENV VENV=/app/.venv \
    WEIGHTS_DIR=/app/weights \
    PIP_NO_CACHE_DIR=1
# local: what the product needs, Gemini included; all: every vendor's SDK as well.
ARG PROFILE=local
COPY scripts/setup.sh scripts/setup.sh
COPY requirements requirements
RUN scripts/setup.sh packages "${PROFILE}"
COPY integrations/__init__.py integrations/__init__.py
COPY integrations/weights integrations/weights
RUN scripts/setup.sh weights

FROM ${PYTHON_IMAGE} AS run
WORKDIR /app
ENV VENV=/app/.venv \
    PATH=/app/.venv/bin:$PATH \
    WEIGHTS_DIR=/app/weights \
    DATA_DIR=/data \
    DATA_OWNER=10001 \
    HOME=/tmp \
    NODE_ENV=production \
    HOST=0.0.0.0 \
    PORT=8000 \
    HF_HUB_OFFLINE=1 \
    PYTHONUNBUFFERED=1
COPY --from=build /app/.venv .venv
COPY --from=build /app/weights weights
COPY . .
RUN scripts/image.sh
USER 10001
VOLUME /data
EXPOSE 8000
HEALTHCHECK --interval=15s --timeout=5s --start-period=60s --retries=4 \
    CMD ["python", "scripts/healthcheck.py"]
CMD ["python", "manage.py", "serve"]
