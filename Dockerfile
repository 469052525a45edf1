# An image of kitscan. `make image` builds it from the wheelhouse; `docker build .` alone asks the package index.
#
# It runs as a user without privileges, works with a read-only root (mount a volume at /data, a tmpfs at /tmp), and
# needs no capability. With NET_RAW in the container's bounding set, the layer 2 helper has it, and nothing else.
#
#   BASE     Debian, or an image that has Python 3.11 or later already: then Debian is asked for nothing
#   EXTRAS   extras of setup.cfg, such as "serve postgresql", where there is no wheelhouse that has them
#   PIP_INDEX_URL, PIP_EXTRA_INDEX_URL, PIP_TRUSTED_HOST   where pip looks, where there is no wheelhouse
ARG BASE=debian:12-slim

FROM ${BASE} AS python
RUN set -eu; if ! command -v python3 >/dev/null; then \
      apt-get update -qq; \
      apt-get install -y -qq --no-install-recommends python3 ca-certificates >/dev/null; \
      rm -rf /var/lib/apt/lists/* /var/cache/apt/* /var/log/apt /var/log/dpkg.log; \
    fi

FROM python AS build
ARG EXTRAS=""
ARG PIP_INDEX_URL
ARG PIP_EXTRA_INDEX_URL
ARG PIP_TRUSTED_HOST
RUN set -eu; if ! { python3 -c 'import ensurepip' && command -v setcap; } >/dev/null 2>&1; then \
      apt-get update -qq; apt-get install -y -qq --no-install-recommends python3-venv libcap2-bin >/dev/null; \
    fi
RUN python3 -m venv /build && python3 -m venv --without-pip /opt/kitscan
WORKDIR /src
# .dockerignore says what this is: the source, and the wheelhouse where there is one.
COPY . .
RUN set -eu; if [ ! -e wheelhouse/requirements.txt ]; then \
      /build/bin/pip install --quiet --require-hashes -r requirements/build.txt; \
      /build/bin/python -m requirements.wheelhouse wheelhouse ${EXTRAS}; \
    fi; \
    /build/bin/pip --quiet --python /opt/kitscan install --no-index --find-links wheelhouse --require-hashes \
      -r wheelhouse/requirements.txt; \
    find /opt/kitscan -type d -name tests -prune -exec rm -r {} +
# The layer 2 helper alone gets CAP_NET_RAW: its interpreter is a copy whose file has it (scanner/protocols/link).
RUN cp "$(readlink -f /opt/kitscan/bin/python3)" /opt/kitscan/bin/python-net-raw \
    && setcap cap_net_raw=ep /opt/kitscan/bin/python-net-raw

FROM python
LABEL org.opencontainers.image.title="kitscan" \
      org.opencontainers.image.description="Find out who really made every box on a network, and which of it the rules forbid where it stands" \
      org.opencontainers.image.licenses="Apache-2.0 AND GPL-2.0-only"
COPY --from=build /opt/kitscan /opt/kitscan
RUN install -d -o 10001 -g 10001 /data
# Nothing is written but in /data: the image works with --read-only, and as any user who may write there.
ENV PATH=/opt/kitscan/bin:/usr/local/bin:/usr/bin:/bin HOME=/data PYTHONDONTWRITEBYTECODE=1 PYTHONUNBUFFERED=1
VOLUME /data
WORKDIR /data
USER 10001:10001
# podman gives a user's process what --cap-add names, where Docker only lets a file have it. kitscan itself gives it up.
ENTRYPOINT ["setpriv", "--ambient-caps=-all", "--inh-caps=-all", "kitscan"]
CMD ["--help"]
