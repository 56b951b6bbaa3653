# syntax=docker/dockerfile:1
# Two stages: the first installs, compiles and leaves out what only development needs; the second runs.
# docker build --tag tocsin . && docker run --read-only --publish 8080:8080 --volume tocsin-data:/data tocsin
ARG NODE=node:24-bookworm-slim

FROM ${NODE} AS build
WORKDIR /app
# better-sqlite3 is compiled where its prebuilt binary can't be downloaded.
RUN apt-get update \
  && apt-get install --yes --no-install-recommends g++ make python3 \
  && rm -rf /var/lib/apt/lists/*
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY tsconfig.json ./
COPY src ./src
RUN npm run build && npm prune --omit=dev --no-audit --no-fund

FROM ${NODE}
LABEL org.opencontainers.image.title="Tocsin" \
  org.opencontainers.image.description="Alert ingestion and auto-triage" \
  org.opencontainers.image.licenses="Apache-2.0"
WORKDIR /app
COPY package.json LICENSE ./
COPY --from=build /app/node_modules ./node_modules
COPY --from=build /app/dist/src ./dist/src
COPY schemas ./schemas
COPY rules /rules
# The only place that is written to, SQLite's own temporary files included; all else may be read-only.
RUN mkdir --mode=0700 /data && chown node:node /data
VOLUME /data
ENV NODE_ENV=production \
  TOCSIN_HOST=0.0.0.0 \
  TOCSIN_PORT=8080 \
  TOCSIN_DATA_DIR=/data \
  TOCSIN_RULES_DIR=/rules \
  SQLITE_TMPDIR=/data
USER node
EXPOSE 8080
STOPSIGNAL SIGTERM
# Liveness; whether a 2xx could be honoured now is /readyz.
HEALTHCHECK --interval=10s --timeout=3s --start-period=30s --retries=3 \
  CMD ["node", "-e", "fetch(`http://127.0.0.1:${process.env.TOCSIN_PORT}/healthz`).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# A young generation of 8 MB: its pauses are a third of those with 32 MB, for a hundredth more CPU time. Threads that help
# with a young collection cost two cores more than they save them.
ENTRYPOINT ["node", "--enable-source-maps", "--max-semi-space-size=8", "--no-parallel-scavenge", "dist/src/main.js"]
CMD ["serve"]
