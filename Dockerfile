# leat as an image: `docker build -t leat .`; what it starts stands in deploy/image/leat.yml.
FROM node:24-bookworm-slim AS build
WORKDIR /build
COPY package.json package-lock.json ./
# No package of leat runs a script when it is installed, but the Node of machines that have an old one.
RUN npm ci --ignore-scripts --no-audit --no-fund
COPY tsconfig.json ./
COPY bin ./bin
COPY scripts ./scripts
COPY src ./src
COPY web ./web
RUN npm run --ignore-scripts build \
  && npm prune --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
WORKDIR /opt/leat
COPY --from=build /build/node_modules ./node_modules
COPY --from=build /build/bin ./bin
COPY --from=build /build/dist ./dist
COPY package.json LICENSE ./
COPY deploy/image/leat.yml /etc/leat/leat.yml
RUN groupadd --gid 10001 leat \
  && useradd --uid 10001 --gid 10001 --home-dir /var/lib/leat --shell /usr/sbin/nologin --no-log-init leat \
  && install --directory --owner=10001 --group=10001 --mode=0750 /var/lib/leat \
  && ln -s /opt/leat/bin/leat.mjs /usr/local/bin/leat
ENV NODE_ENV=production \
  ENABLE_BROKER=true
USER 10001:10001
WORKDIR /var/lib/leat
VOLUME /var/lib/leat
EXPOSE 9092 1883 8081 8083 8080
STOPSIGNAL SIGTERM
HEALTHCHECK --interval=10s --timeout=5s --start-period=20s CMD ["node", "/opt/leat/bin/leat.mjs", "health"]
ENTRYPOINT ["node", "/opt/leat/bin/leat.mjs"]
CMD ["up", "-f", "/etc/leat"]
