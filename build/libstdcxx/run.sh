#!/bin/sh
# run.sh COMMAND ARGS...: runs a program that uses TorchSharp, on any system.
#
# Where the system's libstdc++ is too old for TorchSharp (Debian 12; see make.sh), makes the wrapper and puts it in
# front; elsewhere just runs the command. `dotnet test` needs no run.sh: TorchNative.targets sees to it.
set -eu

[ $# -gt 0 ] || { echo "usage: run.sh COMMAND ARGS..." >&2; exit 2; }

here=$(cd "$(dirname "$0")" && pwd)
wrapper=$(cd "$here/../.." && pwd)/artifacts/libstdcxx
"$here/make.sh" "$wrapper"
if [ -e "$wrapper/libstdc++.so.6" ]; then
    LD_LIBRARY_PATH=$wrapper${LD_LIBRARY_PATH:+:$LD_LIBRARY_PATH}
    export LD_LIBRARY_PATH
fi
exec "$@"
