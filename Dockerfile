# One image for every process: web, etl, worker, beat, migrate (and `up`, the whole platform in one container).
FROM python:3.11-slim-bookworm AS build
ENV PIP_NO_CACHE_DIR=1 PIP_DISABLE_PIP_VERSION_CHECK=1
RUN python -m venv /opt/venv
WORKDIR /srv/clearqueue
COPY requirements.lock ./
RUN /opt/venv/bin/python -m pip install --quiet --require-hashes -r requirements.lock
COPY pyproject.toml requirements.in README.md asgi.py cli.py ./
COPY core ./core
COPY search ./search
COPY analytics ./analytics
COPY etl ./etl
COPY dashboards ./dashboards
COPY app ./app
RUN /opt/venv/bin/python -m pip install --quiet --no-deps --no-build-isolation -e .
RUN /opt/venv/bin/python -m compileall -q /srv/clearqueue

FROM python:3.11-slim-bookworm
RUN useradd --system --uid 10001 --home-dir /data --shell /usr/sbin/nologin clearqueue \
    && install -d -o clearqueue -g clearqueue /data
COPY --from=build /opt/venv /opt/venv
COPY --from=build /srv/clearqueue /srv/clearqueue
ENV PATH=/opt/venv/bin:$PATH \
    PYTHONUNBUFFERED=1 \
    CLEARQUEUE_DATA_DIR=/data \
    CLEARQUEUE_HOST=0.0.0.0 \
    CLEARQUEUE_LOG_JSON=true
WORKDIR /srv/clearqueue
USER clearqueue
VOLUME /data
EXPOSE 8600
HEALTHCHECK --interval=15s --timeout=10s --start-period=60s CMD ["clearqueue", "health", "web"]
STOPSIGNAL SIGTERM
ENTRYPOINT ["clearqueue"]
CMD ["web"]
