#!/usr/bin/env bash
# Makes the secrets of compose.yaml in secrets/ (or the folder that is named): a password for PostgreSQL and for each
# login, and the three keys. What is there already stays: new keys would not open what the old ones sealed.
set -euo pipefail
folder=${1:-"$(dirname "$0")/secrets"}
# Users in the images: chiso's, and the group of PostgreSQL's, which sets the logins' passwords.
chiso=10001
postgres=999

digits() { od -An -vtx1 -N32 /dev/urandom | tr -d ' \n'; }
make() {
    local file="$folder/$1"
    [ ! -e "$file" ] || return 0
    "$2" >"$file.new"
    chmod "$3" "$file.new"
    [ "$(id -u)" -ne 0 ] || chown "$4" "$file.new"
    mv "$file.new" "$file"
    echo "made $file"
}
keys() { digits; echo; digits; echo; digits; }

umask 077
mkdir -p "$folder"
# The containers' users must be able to enter.
chmod 0711 "$folder"
make postgres digits 0400 "$postgres:$postgres"
make keys keys 0400 "$chiso:$chiso"
for service in identity registry survey recheck leaders ledger ranking; do
    make "chiso_$service" digits 0440 "$chiso:$postgres"
done
if [ "$(id -u)" -ne 0 ]; then
    echo "now let the containers' users read them:" >&2
    echo "  sudo chown $postgres:$postgres $folder/postgres && sudo chown $chiso:$chiso $folder/keys" >&2
    echo "  sudo chown $chiso:$postgres $folder/chiso_*" >&2
fi
