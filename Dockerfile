# The portal as production runs it: one image for web, worker, scheduler and migrations.

# The look, built from npm with the versions of package-lock.json.
FROM node:20-bookworm-slim AS look
WORKDIR /portal
COPY package.json package-lock.json .npmrc ./
RUN npm ci --ignore-scripts

# The Python environment. psycopg2 is built from source against the distribution's libpq (docs/decisions/0001).
FROM python:3.11-slim-bookworm AS environment
RUN apt-get update \
    && apt-get install -y --no-install-recommends gcc libc6-dev libpq-dev \
    && rm -rf /var/lib/apt/lists/*
RUN python -m venv /environment
COPY requirements/runtime.txt /tmp/runtime.txt
RUN /environment/bin/pip install --no-cache-dir --require-hashes --no-binary psycopg2-binary -r /tmp/runtime.txt

# Static files: built, hashed, compressed.
FROM environment AS static
RUN apt-get update && apt-get install -y --no-install-recommends nodejs npm && rm -rf /var/lib/apt/lists/*
WORKDIR /portal
COPY --from=look /portal/node_modules ./node_modules
COPY . .
RUN /environment/bin/python scripts/build_static.py \
    && PORTAL_MODE=demo STATE_DIR=/tmp/state /environment/bin/python manage.py collectstatic --noinput

FROM python:3.11-slim-bookworm
RUN apt-get update \
    && apt-get install -y --no-install-recommends libpq5 \
    && rm -rf /var/lib/apt/lists/* \
    && useradd --system --uid 10001 --home-dir /nonexistent --shell /usr/sbin/nologin portal \
    && install --directory --owner portal --mode 0700 /uploads
ENV PATH=/environment/bin:$PATH PYTHONUNBUFFERED=1 PYTHONDONTWRITEBYTECODE=1 PORT=8000
WORKDIR /portal
COPY --from=environment /environment /environment
COPY . .
COPY --from=static /portal/staticfiles ./staticfiles
USER portal
EXPOSE 8000
HEALTHCHECK --interval=30s --timeout=5s --start-period=30s CMD ["python", "scripts/ask_health.py"]
CMD ["gunicorn", "bexley_ld.wsgi", "--bind", "0.0.0.0:8000", "--workers", "2", "--worker-class", "gthread", \
     "--threads", "4", "--no-control-socket", "--max-requests", "10000", "--max-requests-jitter", "1000"]
