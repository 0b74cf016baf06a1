# How the program and the tests are built: in one way, so that demo, tests and integration share one build.
# shellcheck shell=bash
# shellcheck disable=SC2034 # used by the scripts that read this file
# Optimised: it takes longer to build, and the tests take a fifth of the time.
release=(-c release -Xswiftc -enable-testing)
