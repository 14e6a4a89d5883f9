#!/bin/sh
# OpenCode on loopback alone, behind the password in the file that is named: it takes one from its
# environment only. Without a password it would let in whoever reaches it.
set -eu
OPENCODE_SERVER_PASSWORD=$(cat "$1")
[ -n "$OPENCODE_SERVER_PASSWORD" ] || { echo "$1 is empty; expected a password." >&2; exit 2; }
export OPENCODE_SERVER_PASSWORD
# Where there are workspaces the front is of this group, and removes what was made in them.
umask 0002
# A version that replaces itself would undo the pin.
own='{"autoupdate":false,"snapshot":false,"share":"disabled"}'
export OPENCODE_CONFIG_CONTENT="${OPENCODE_CONFIG_CONTENT:-$own}"
# It hangs on an open stdin.
exec opencode serve --hostname 127.0.0.1 --port 54321 </dev/null
