# In the place of postgres:18 and redis:7: Debian's own of both, started as those images start theirs.
FROM stand-in/debian
RUN apt-get update -qq && DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends -o DPkg::options::=--force-unsafe-io postgresql-15 redis-server > /dev/null \
 && rm -rf /var/lib/apt/lists/* && install -d -o redis -g redis /data && install -d -o postgres -g postgres /var/lib/postgresql/18
ENV PATH=/usr/lib/postgresql/15/bin:$PATH
COPY start-store.sh /usr/local/bin/
WORKDIR /data
ENTRYPOINT ["start-store.sh"]
