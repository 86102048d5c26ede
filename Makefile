# One command for each thing one does with the project. GNU make, a POSIX shell.
#
# Set-up happens by itself and once: the environment is filled from the lock, and a stamp named
# after the lock's checksum says so. A changed lock fills it again; `make clean` starts afresh.

.DEFAULT_GOAL := help
.DELETE_ON_ERROR:
.PHONY: help setup demo test run screenshots lock fonts package deb clean

PYTHON ?= $(shell command -v python3.11 || command -v python3)
JOBS ?= 2
OUT ?= out

VENV := .venv
PY := $(VENV)/bin/python
READY := $(VENV)/.ready-$(firstword $(shell cksum < requirements-dev.lock))
BUILD_VENV := build/venv
BUILD_PY := $(BUILD_VENV)/bin/python
BUILD_READY := $(BUILD_VENV)/.ready-$(firstword $(shell cksum < requirements-build.lock))
PIP_INSTALL := -m pip --disable-pip-version-check install --quiet --require-hashes --only-binary :all:

# Debian's names for what Qt loads at run time, and the files by which to see that it is there.
QT_DEBS := libegl1 libgl1 libglib2.0-0 libxkbcommon0 libdbus-1-3 libfontconfig1
QT_LIBS := libEGL.so.1 libGL.so.1 libglib-2.0.so.0 libxkbcommon.so.0 libdbus-1.so.3 \
	libfontconfig.so.1
X_DEBS := $(QT_DEBS) libxcb-cursor0 libxcb-icccm4 libxcb-keysyms1 libxcb-shape0 libxkbcommon-x11-0
X_LIBS := $(QT_LIBS) libxcb-cursor.so.0 libxcb-icccm.so.4 libxcb-keysyms.so.1 libxcb-shape.so.0 \
	libxkbcommon-x11.so.0

# $(call apt,packages): installs them where that is allowed, else prints the one line to type.
define apt
if [ "$$(id -u)" = 0 ] && command -v apt-get >/dev/null; then \
	apt-get update -qq && \
	DEBIAN_FRONTEND=noninteractive apt-get install -y -qq --no-install-recommends $(1) >/dev/null; \
elif command -v apt-get >/dev/null; then \
	echo "Something of the system's is missing. Type this, then make again:" >&2; \
	echo "  sudo apt-get install -y $(1)" >&2; exit 1; \
else \
	echo "Something of the system's is missing. Debian calls it: $(1)" >&2; exit 1; \
fi
endef

# $(call libraries,files,packages): asks the loader itself, so any Linux will do; elsewhere no-op.
define libraries
[ "$$(uname -s)" != Linux ] || \
$(PYTHON) -c 'import ctypes, sys; [ctypes.CDLL(f) for f in sys.argv[1:]]' $(1) 2>/dev/null || \
{ $(call apt,$(2)); }
endef

# $(call venv,folder): an environment. Where Debian's split-off venv module is missing, Qt's libraries
# will be too: both are asked for in one line.
define venv
test -n "$(PYTHON)" || { echo "Python 3.11, 3.12 or 3.13 is needed (PYTHON=/path/to/it)." >&2; exit 1; }
@$(PYTHON) -c 'import sys; sys.exit(not (3, 11) <= sys.version_info < (3, 14))' || \
	{ echo "Python 3.11, 3.12 or 3.13 is needed (PYTHON=/path/to/it)." >&2; exit 1; }
@$(PYTHON) -c 'import ensurepip' 2>/dev/null || { $(call apt,python3-venv $(QT_DEBS)); }
@test -x $(1)/bin/python || $(PYTHON) -m venv $(1)
endef

help:
	@echo "make demo         the whole job on the samples, without a screen, into $(OUT)/"
	@echo "make run          the window"
	@echo "make test         lint, tests, types"
	@echo "make screenshots  redraw the pictures of docs/ from the real window"
	@echo "make package      the one-dir program, into dist/zhengai/"
	@echo "make deb          the Debian package of that, into dist/"
	@echo "make lock         resolve the dependencies anew"
	@echo "make fonts        cut the bundled fonts anew (needs npm)"
	@echo "make clean        remove everything that was made"

setup: $(READY)

$(READY): | requirements-dev.lock
	@echo "Setting up $(VENV) from requirements-dev.lock (once, a minute or two) ..." >&2
	@$(call venv,$(VENV))
	@$(PY) $(PIP_INSTALL) -r requirements-dev.lock
	@$(call libraries,$(QT_LIBS),$(QT_DEBS))
	@rm -f $(VENV)/.ready-*
	@touch $@

$(BUILD_READY): | requirements-build.lock
	@echo "Setting up $(BUILD_VENV) from requirements-build.lock ..." >&2
	@rm -rf $(BUILD_VENV)
	@$(call venv,$(BUILD_VENV))
	@$(BUILD_PY) $(PIP_INSTALL) -r requirements-build.lock
	@touch $@

demo: $(READY)
	@$(PY) main.py demo $(OUT)/

# The tests of the office's database start a PostgreSQL server of their own. Without one they are
# skipped, and say so; where nobody looks on (CI is set) that is a failure.
define postgres
ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || command -v initdb >/dev/null || \
[ "$$(id -u)" != 0 ] || ! command -v apt-get >/dev/null || { $(call apt,postgresql); } || \
echo "PostgreSQL could not be installed." >&2
endef

# Ruff takes a fraction of a second; the type checker comes last since it takes longest to say
# its first word.
test: export ZHENGAI_POSTGRES ?= $(if $(CI),required)
test: $(READY)
	@$(call postgres)
	$(VENV)/bin/ruff check .
	$(VENV)/bin/ruff format --check .
	$(PY) -m pytest -q -n $(JOBS) --dist loadgroup
	$(PY) -m mypy

run: $(READY)
	@$(call libraries,$(X_LIBS),$(X_DEBS))
	@$(PY) main.py

screenshots: $(READY)
	@$(call libraries,$(X_LIBS),$(X_DEBS))
	@command -v xvfb-run >/dev/null || { $(call apt,xvfb xauth); }
	xvfb-run -a -s "-screen 0 1920x1200x24" env QT_QPA_PLATFORM=xcb \
		$(PY) -m widgets.screenshots docs/pictures docs/guide/pictures

# The dev and build locks are held to the versions of the one that users install from. No address
# of an index is written: a mirror of PyPI serves the same files, and the hashes prove it.
COMPILE := $(BUILD_VENV)/bin/uv pip compile pyproject.toml --quiet --upgrade --universal \
	--python-version 3.11 --generate-hashes --no-emit-index-url --no-emit-find-links \
	--custom-compile-command "make lock"
lock: $(BUILD_READY)
	$(COMPILE) -o requirements.lock
	$(COMPILE) -c requirements.lock --extra dev -o requirements-dev.lock
	$(COMPILE) -c requirements.lock --extra build -o requirements-build.lock

fonts: $(BUILD_READY)
	$(BUILD_PY) resources/fonts/make_fonts.py

# PyInstaller reads binaries with objdump and bundles Python's shared library, which Debian keeps
# in a package of its own.
FIND_LIBPYTHON := import ctypes, os, sysconfig as s; name = s.get_config_var("INSTSONAME"); \
	path = os.path.join(s.get_config_var("LIBDIR"), name); \
	ctypes.CDLL(path if os.path.exists(path) else name)
LIBPYTHON_DEB = lib$(shell $(PYTHON) -c 'import sys; print("python%d.%d" % sys.version_info[:2])')
# What has its debug symbols in it still: a Python that was built from source, and SQLCipher's wheel.
# Other wheels' libraries are left alone, since stripping breaks those that were patched.
STRIPPED = $(addprefix dist/zhengai/_internal/,libpython3*.so* python3*/lib-dynload/*.so sqlcipher3/*.so)
package: $(BUILD_READY)
	@$(call libraries,$(X_LIBS),$(X_DEBS))
	@[ "$$(uname -s)" != Linux ] || command -v objdump >/dev/null || { $(call apt,binutils); }
	@[ "$$(uname -s)" != Linux ] || $(PYTHON) -c '$(FIND_LIBPYTHON)' 2>/dev/null || \
	{ $(call apt,$(LIBPYTHON_DEB)); }
	$(BUILD_PY) -m installers.icons build/icons
	$(BUILD_VENV)/bin/pyinstaller --noconfirm --log-level WARN \
		--distpath dist --workpath build/pyinstaller pyinstaller.spec
	@[ "$$(uname -s)" != Linux ] || strip --strip-unneeded $(STRIPPED)

# The Debian package of what `make package` built.
deb: $(BUILD_READY)
	@test -x dist/zhengai/zhengai || { echo "Build the program first: make package" >&2; exit 1; }
	$(BUILD_PY) -m installers.deb dist/zhengai build/icons dist

clean:
	rm -rf $(VENV) build dist $(OUT) .mypy_cache .ruff_cache .pytest_cache .hypothesis
	find . -name __pycache__ -type d -prune -exec rm -rf {} +
