# One image for the workers, the generator and the command line. Tag read on 2026-11-25; docs/containers.md says where.
ARG NODE_IMAGE=node:22.22.1-bookworm-slim

FROM ${NODE_IMAGE} AS packages
WORKDIR /app
COPY package.json package-lock.json .npmrc ./
RUN npm ci --omit=dev --no-audit --no-fund

FROM ${NODE_IMAGE} AS dbt
RUN apt-get update \
    && apt-get install --yes --no-install-recommends python3 python3-venv \
    && rm -rf /var/lib/apt/lists/*
COPY tools/locked/requirements-dbt.txt /tmp/requirements-dbt.txt
RUN python3 -m venv /opt/dbt \
    && /opt/dbt/bin/python -m pip install --no-cache-dir --require-hashes --no-deps --no-compile -r /tmp/requirements-dbt.txt

FROM ${NODE_IMAGE}
RUN apt-get update \
    && apt-get install --yes --no-install-recommends ca-certificates python3 \
    && rm -rf /var/lib/apt/lists/* \
    && install --directory --owner=node --group=node /var/lib/soundflow
WORKDIR /app
COPY --from=packages /app/node_modules ./node_modules
COPY --from=dbt /opt/dbt /opt/dbt
COPY package.json tsconfig.json temporal.config.ts ./
COPY config ./config
COPY core ./core
COPY assets ./assets
COPY workflows ./workflows
COPY activities ./activities
COPY adapters ./adapters
COPY workers ./workers
COPY eventsim ./eventsim
COPY cli ./cli
COPY tools ./tools
COPY dbt ./dbt

# The three of malloc are those of workers/allocator.ts.
ENV NODE_ENV=production \
    SOUNDFLOW_ROOT=/app \
    SOUNDFLOW_HOME=/var/lib/soundflow \
    SOUNDFLOW_DBT_PYTHON=/opt/dbt/bin/python \
    SOUNDFLOW_HEALTH_FILE=/tmp/soundflow-health \
    MALLOC_ARENA_MAX=2 \
    MALLOC_MMAP_THRESHOLD_=131072 \
    MALLOC_TRIM_THRESHOLD_=131072

USER node
VOLUME /var/lib/soundflow
# The process touches the file every few seconds while its server answers and its workers poll, or its events are acknowledged.
HEALTHCHECK --interval=20s --timeout=5s --start-period=120s --retries=3 \
    CMD ["sh", "-c", "test -n \"$(find /tmp/soundflow-health -mmin -1)\""]
CMD ["node", "--import", "tsx", "workers/main.ts"]
