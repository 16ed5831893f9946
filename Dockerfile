# docker build -t chat-backend:latest .
# docker run -p 2001:2001 --env-file .env chat-backend:latest          all services; with names behind it, those
# docs/deploy-docker.md says more.
ARG NODE_IMAGE=node:24-slim

FROM ${NODE_IMAGE} AS base
WORKDIR /app
# Prisma's engine is not used: naming a file keeps its installer from downloading one.
ENV PRISMA_SCHEMA_ENGINE_BINARY=/usr/local/bin/node NX_DAEMON=false NX_TUI=false CI=true
# No package needs its install scripts here: native code comes as prebuilt binaries, and the build is a step of its own.
ENV NPM_CONFIG_IGNORE_SCRIPTS=true NPM_CONFIG_AUDIT=false NPM_CONFIG_FUND=false NPM_CONFIG_UPDATE_NOTIFIER=false

# Only what decides what is installed, so that a change of the sources installs nothing anew.
FROM base AS manifests
COPY . .
RUN mkdir /manifests && find package.json package-lock.json libs/*/package.json services/*/package.json -exec cp --parents '{}' /manifests ';'

FROM base AS production
COPY --from=manifests /manifests ./
# Without the optional packages: the embedded Postgres stays out of the image (docs/adr/0023).
RUN --mount=type=cache,id=chat-backend-npm,target=/root/.npm --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm ci --omit=dev --omit=optional --omit=peer --prefer-offline
# Prisma brings its query compiler for every database and every kind of bundler, and maps for debugging it; this is Postgres in Node.
RUN find node_modules/@prisma/client/runtime '(' -name '*cockroachdb*' -o -name '*mysql*' -o -name '*sqlite*' -o -name '*sqlserver*' -o -name '*.mjs' -o -name '*.map' ')' -delete

FROM base AS build
COPY --from=manifests /manifests ./
RUN --mount=type=cache,id=chat-backend-npm,target=/root/.npm --mount=type=secret,id=npmrc,target=/root/.npmrc \
    npm ci --include=dev --include=optional --prefer-offline
COPY . .
RUN node scripts/generate-prisma-client.mjs && npm run build
# What runs: the built projects without what only tests need, the migrations, and the programs that start them.
RUN mkdir /product && rm -rf libs/testing/dist \
 && find libs services -type d -name node_modules -prune -o -path '*/dist/*' -type f ! -name '*.d.ts' ! -name '*.map' -exec cp --parents '{}' /product ';' \
 && cp --parents package.json libs/*/package.json services/*/package.json index.js LICENSE deploy/docker/*.mjs /product \
 && cp --parents -r prisma/migrations /product

FROM ${NODE_IMAGE}
ARG VERSION=dev
ARG REVISION=unknown
ARG CREATED=unknown
LABEL org.opencontainers.image.title="Chat Backend" \
      org.opencontainers.image.description="A chat backend to host yourself: accounts, friends, groups, messages, live delivery" \
      org.opencontainers.image.licenses="MIT" \
      org.opencontainers.image.version="${VERSION}" \
      org.opencontainers.image.revision="${REVISION}" \
      org.opencontainers.image.created="${CREATED}"
# Metrics are asked for from outside the container; their port is published nowhere.
ENV NODE_ENV=production DATA_DIR=/data METRICS_HOST=0.0.0.0
WORKDIR /app
# The folders that volumes are mounted on belong to the account that runs, and an empty volume takes that from them.
RUN install -d -o 1000 -g 1000 -m 0700 /data && install -d -o 1000 -g 1000 -m 0750 /secrets /database-secret
COPY --from=production /app/node_modules ./node_modules
COPY --from=build /product ./
USER 1000:1000
VOLUME /data
EXPOSE 2001
HEALTHCHECK --interval=5s --timeout=5s --start-period=60s --retries=6 CMD ["node", "deploy/docker/check-health.mjs"]
# Node itself is the first process, so that signals reach it.
ENTRYPOINT ["node", "index.js"]
