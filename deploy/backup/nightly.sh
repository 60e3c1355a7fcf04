#!/bin/sh
# /usr/lib/chiso/nightly-backup FOLDER KEEP: one more backup in FOLDER, which then holds at most the KEEP newest
# of those made so. Room is made first. However many nights fail, all but one of KEEP stay; what has another kind of
# name is never touched. One at a time: another one would take the backup that is being made for one that was cut off.
set -eu
folder=$1 keep=$2
case $keep in
    [2-9] | [1-9][0-9] | [1-9][0-9][0-9]) ;;
    *) echo "nightly-backup: KEEP is \"$keep\"; write how many backups stay, 2 to 999" >&2 && exit 2 ;;
esac
cd "$folder"
# The lock goes on to `chiso backup`, and ends with it.
exec 9> .lock
flock -n 9 || {
    echo "nightly-backup: another backup into $folder is under way (.lock); wait for its end" >&2
    exit 2
}
# What is removed is first renamed like an unfinished backup, so that half of one never looks whole.
names='20[0-9][0-9]-[0-9][0-9]-[0-9][0-9]T[0-9][0-9][0-9][0-9][0-9][0-9]Z'
find . -mindepth 1 -maxdepth 1 -type d -name "$names" | sort -r | tail -n "+$keep" | while read -r old; do
    mv "$old" ".${old#./}.unfinished-removal"
done
find . -mindepth 1 -maxdepth 1 -type d -name ".$names.unfinished-*" -exec rm -rf {} +
exec chiso backup --config /etc/chiso/chiso.toml "$folder/$(date -u +%Y-%m-%dT%H%M%SZ)"
