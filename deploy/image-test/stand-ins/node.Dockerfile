# In the place of node:24-slim where no registry of images is reached: Debian, Node and npm from their npm packages, and the account 1000.
FROM stand-in/debian
COPY node /usr/local/
COPY npm /usr/local/lib/node_modules/npm
# What this machine trusts, as its registry may be one of its own.
COPY ca-certificates.crt /etc/ssl/certs/ca-certificates.crt
ARG NODE_EXTRA_CA_CERTS=
ENV NODE_EXTRA_CA_CERTS=${NODE_EXTRA_CA_CERTS}
RUN groupadd --gid 1000 node && useradd --uid 1000 --gid node --create-home node \
 && ln -s ../lib/node_modules/npm/bin/npm-cli.js /usr/local/bin/npm
