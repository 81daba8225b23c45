/* The text of a machine's state is that of the tests of failing memory. */
#include "tests/fault/dump.c"
