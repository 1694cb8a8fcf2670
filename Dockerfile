# Built with all packages, run with few.
FROM node:24.21.0-bookworm-slim AS build
WORKDIR /build
# The lock file alone decides what is installed; it stands first so that a change of source installs nothing again.
COPY package.json package-lock.json .npmrc ./
RUN npm ci
COPY tsconfig.json tsconfig.build.json ./
COPY src ./src
# Of one package 45 MB are other forms of the same code, for browsers and for CommonJS.
RUN npm run build && npm prune --omit=dev && rm -r node_modules/@azure/arm-network/dist/browser node_modules/@azure/arm-network/dist/commonjs

FROM node:24.21.0-bookworm-slim
ENV NODE_ENV=production
# The commit that the image was built from: it is written into every run.
ARG CLAIMWATCH_REVISION=unknown
ENV CLAIMWATCH_REVISION=$CLAIMWATCH_REVISION
WORKDIR /opt/claimwatch
COPY package.json ./
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/dist ./dist
# What the code itself reads; the company's configuration is mounted.
COPY config/claims.yaml ./config/
COPY config/policy ./config/policy
COPY config/trust ./config/trust
COPY config/azure ./config/azure
COPY config/schema ./config/schema
# What "claimwatch init" proposes from.
COPY config/claimwatch.yaml config/waivers.yaml ./config/
# Its own user, owning nothing but the state. The root file system may be read-only: `docker run --read-only`.
RUN groupadd --gid 10001 claimwatch \
  && useradd --uid 10001 --gid claimwatch --no-create-home --home-dir /nonexistent --shell /usr/sbin/nologin claimwatch \
  && install --directory --owner=claimwatch --group=claimwatch --mode=0700 /var/lib/claimwatch \
  && install --directory --mode=0755 /etc/claimwatch
USER 10001:10001
# state: /var/lib/claimwatch stands in claimwatch.yaml.
VOLUME ["/var/lib/claimwatch"]
EXPOSE 9464
# Alive, not well: an estate that fails its claims is no reason to restart the one that says so. The port is that of `listen`.
HEALTHCHECK --interval=30s --timeout=5s --start-period=10s --retries=3 \
  CMD ["node", "-e", "fetch('http://127.0.0.1:9464/healthz', { signal: AbortSignal.timeout(4000) }).then((answer) => process.exit(answer.ok ? 0 : 1), () => process.exit(1))"]
# A small young generation, and no compiling of what runs only while the program starts: resident memory stays below 150 MB with nothing to watch.
ENTRYPOINT ["node", "--max-semi-space-size=1", "--v8-pool-size=1", "--invocation-count-for-maglev=4000", "dist/main.js"]
CMD ["run", "--config", "/etc/claimwatch"]
