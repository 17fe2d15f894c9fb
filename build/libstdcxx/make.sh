#!/bin/sh
# make.sh OUTDIR: makes OUTDIR/libstdc++.so.6, a wrapper for systems whose libstdc++ is too old for TorchSharp.
#
# TorchSharp 0.107's native library asks for GLIBCXX_3.4.32 of libstdc++ and takes one symbol from it, the hook that
# GCC 13 added to initialize the standard streams. GCC 12's libstdc++ (Debian 12, Ubuntu 22.04) initializes them without
# a hook, so an empty function answers the call. The wrapper holds that function and every version name of the
# system's library, and links to a copy of that library under another name. Start a process with LD_LIBRARY_PATH at
# OUTDIR to use it.
#
# Does nothing where the system's library has the version, or where there is none (macOS, Windows, musl). Safe to run
# again and to run twice at the same time: files are made aside and renamed into place.
set -eu
export LC_ALL=C

needed=GLIBCXX_3.4.32
# As long as "libstdc++.so.6": the name is replaced inside the copy, where nothing may move.
copy_name=libstdcxx12.so

[ $# -eq 1 ] || { echo "usage: make.sh OUTDIR" >&2; exit 2; }
out=$1

fail() {
    for line in "$@"; do echo "libstdcxx/make.sh: $line" >&2; done
    exit 1
}

# The library that the loader takes when no LD_LIBRARY_PATH is set. ldconfig is often not on a user's PATH.
system_library() {
    machine=$(uname -m)
    case $machine in
        x86_64) abi=x86-64 ;;
        aarch64) abi=AArch64 ;;
        *) abi=$machine ;;
    esac
    for ldconfig in ldconfig /sbin/ldconfig /usr/sbin/ldconfig; do
        found=$("$ldconfig" -p 2>/dev/null | sed -n "s/^[[:space:]]*libstdc++\.so\.6 (.*$abi.*) => //p" | head -n 1)
        [ -n "$found" ] && break
    done
    for candidate in "$found" "/usr/lib/$machine-linux-gnu/libstdc++.so.6" "/lib/$machine-linux-gnu/libstdc++.so.6" \
        /usr/lib64/libstdc++.so.6 /lib64/libstdc++.so.6; do
        if [ -n "$candidate" ] && [ -e "$candidate" ]; then
            echo "$candidate"
            return
        fi
    done
}

has_version() { grep -aqF "$needed" "$1"; }

[ "$(uname -s)" = Linux ] || exit 0
library=$(system_library)
if [ -z "$library" ] || has_version "$library"; then
    # A wrapper from before a system upgrade would only hide the newer library.
    rm -f "$out/libstdc++.so.6" "$out/$copy_name" "$out/made-from"
    exit 0
fi

# The wrapper adds the stream hook alone; what GCC 12 itself added to the library cannot be made up for.
grep -aqF GLIBCXX_3.4.30 "$library" || fail \
    "TorchSharp needs a newer C++ library than $library (at least GCC 12's). Use a newer system, such as Debian 12."

# Which library and which edition of this script the wrapper was made from; another one of either means making anew.
made_from="$(cksum <"$library") $(cksum <"$0") $library"
if [ -e "$out/libstdc++.so.6" ] && [ -e "$out/$copy_name" ] && [ "$(cat "$out/made-from" 2>/dev/null)" = "$made_from" ]; then
    exit 0
fi

compiler=
for candidate in ${CC:-} cc gcc clang; do
    if command -v "$candidate" >/dev/null 2>&1; then
        compiler=$candidate
        break
    fi
done
[ -n "$compiler" ] || fail \
    "TorchSharp needs $needed, which $library lacks, and making a wrapper for it takes a C compiler: none found." \
    "Install one (Debian and Ubuntu: apt-get install gcc binutils) or name one in CC, then build again."

mkdir -p "$out"
work=$(mktemp -d "$out/.making.XXXXXX")
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM

# sed -z takes zero-terminated strings for lines, so only a whole string's end can match.
sed -z 's/libstdc++\.so\.6$/'"$copy_name"'/' "$library" >"$work/$copy_name"
if cmp -s "$library" "$work/$copy_name"; then
    fail "$library does not hold its own name where expected, so it cannot be copied under another one."
fi

# The names of version nodes stand in the library as plain strings, so neither readelf nor objdump is needed. The
# loader compares names only: the nodes stay empty, and each symbol is found in the copy.
grep -aoE '(GLIBCXX|CXXABI)_([A-Z]+_)?[0-9][0-9.]*|CXXABI_FLOAT128' "$library" | sort -u | sed 's/.*/& { };/' >"$work/versions"
echo "$needed { global: _ZSt21ios_base_library_initv; local: *; };" >>"$work/versions"
echo 'void _ZSt21ios_base_library_initv(void) {}' >"$work/wrapper.c"

# Linked from inside the folder so that the copy is needed by its bare name and found beside the wrapper ($ORIGIN).
(
    cd "$work"
    "$compiler" -shared -fPIC -nostdlib -o libstdc++.so.6 wrapper.c -Wl,-soname,libstdc++.so.6 \
        -Wl,--version-script=versions -Wl,--no-as-needed "./$copy_name" '-Wl,-rpath,$ORIGIN'
) >"$work/log" 2>&1 || fail \
    "$compiler could not link the wrapper that gives TorchSharp $needed: $(head -n 1 "$work/log")" \
    "It takes a working C compiler and linker (Debian and Ubuntu: apt-get install gcc binutils)."
has_version "$work/libstdc++.so.6" || fail "$compiler linked a wrapper without $needed; name another compiler in CC."

# The stamp goes last: only a finished wrapper counts as made.
chmod 755 "$work/$copy_name"
echo "$made_from" >"$work/made-from"
for file in "$copy_name" libstdc++.so.6 made-from; do mv -f "$work/$file" "$out/$file"; done
