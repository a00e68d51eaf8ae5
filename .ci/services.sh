# shellcheck shell=bash
# PostgreSQL, MariaDB and Redis on their standard ports, installed and started where they are not, and
# Chromium for the tests of pages. What already runs and answers is left alone.

as_root() {
  if [ "$(id -u)" = 0 ]; then "$@"; else sudo -n "$@"; fi
}

# as_user USER COMMAND...: runs a command as another system user.
as_user() {
  local user=$1
  shift
  if [ "$(id -u)" = 0 ]; then runuser -u "$user" -- "$@"; else sudo -n -u "$user" "$@"; fi
}

# wait_for NAME COMMAND...: until the command succeeds, for a minute.
wait_for() {
  local name=$1
  shift
  for _ in $(seq 120); do
    if "$@" >/dev/null 2>&1; then return 0; fi
    sleep 0.5
  done
  echo "$name does not answer" >&2
  return 1
}

postgres_answers() { (exec 3<>/dev/tcp/127.0.0.1/5432) 2>/dev/null; }
mariadb_answers() { (exec 3<>/dev/tcp/127.0.0.1/3306) 2>/dev/null; }
redis_answers() { (exec 3<>/dev/tcp/127.0.0.1/6379) 2>/dev/null; }

install_services() {
  local missing=()
  if ! postgres_answers && [ ! -x /usr/bin/pg_ctlcluster ]; then missing+=(postgresql); fi
  if ! command -v psql >/dev/null; then missing+=(postgresql-client); fi
  if ! mariadb_answers && [ ! -x /usr/sbin/mariadbd ]; then missing+=(mariadb-server); fi
  if ! command -v mariadb >/dev/null; then missing+=(mariadb-client); fi
  if ! redis_answers && ! command -v redis-server >/dev/null; then missing+=(redis-server); fi
  if ! command -v chromium >/dev/null; then missing+=(chromium); fi
  if ! command -v faketime >/dev/null; then missing+=(faketime); fi
  if [ ${#missing[@]} -eq 0 ]; then return 0; fi

  as_root apt-get update -qq
  as_root env DEBIAN_FRONTEND=noninteractive \
    apt-get install -y -qq --no-install-recommends "${missing[@]}" >/dev/null
}

start_postgres() {
  if ! postgres_answers; then
    local version
    version=$(find /etc/postgresql -mindepth 1 -maxdepth 1 -printf '%f\n' | sort -V | tail -n 1)
    as_root pg_ctlcluster --skip-systemctl-redirect "$version" main start || [ $? -eq 2 ] # 2: it runs
  fi
  wait_for PostgreSQL postgres_answers
}

start_mariadb() {
  if ! mariadb_answers; then
    as_root install -d -o mysql -g mysql /run/mysqld
    as_root start-stop-daemon --start --oknodo --background --chuid mysql --exec /usr/sbin/mariadbd
  fi
  wait_for MariaDB mariadb_answers
}

start_redis() {
  if ! redis_answers; then
    redis-server --daemonize yes --bind 127.0.0.1 --port 6379 --save "" --appendonly no --dir /tmp \
      >/dev/null
  fi
  wait_for Redis redis_answers
}

postgres_query() { psql -h 127.0.0.1 -U postgres -w -d "$1" -qtAc "$2"; }

# A fresh Debian server asks for a password over TCP: give the role one, and hand it to the tests.
prepare_postgres() {
  if ! postgres_query postgres 'select 1' >/dev/null 2>&1; then
    export PGPASSWORD=postgres
    if ! postgres_query postgres 'select 1' >/dev/null 2>&1; then
      as_user postgres psql -qc "alter role postgres with login password 'postgres'"
    fi
  fi
  wait_for 'PostgreSQL (role postgres)' postgres_query postgres 'select 1'
  if ! postgres_query test 'select 1' >/dev/null 2>&1; then
    postgres_query postgres 'create database test'
  fi
}

mariadb_query() { mariadb -h 127.0.0.1 -P 3306 --protocol=tcp -u root -e "$1"; }

# A fresh Debian server knows root by the Unix socket only.
prepare_mariadb() {
  if ! mariadb_query 'select 1' >/dev/null 2>&1; then
    as_root mariadb -u root -e "
      create user if not exists root@localhost;
      alter user root@localhost identified by '';
      create user if not exists root@127.0.0.1 identified by '';
      grant all privileges on *.* to root@127.0.0.1 with grant option;"
  fi
  wait_for 'MariaDB (user root)' mariadb_query 'select 1'
  mariadb_query 'create database if not exists test'
}

start_services() {
  install_services
  start_postgres
  start_mariadb
  start_redis
  prepare_postgres
  prepare_mariadb
}
