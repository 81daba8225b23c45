/* Forwards to the one header that all systems share. */
#include "../uvmsim.h"
