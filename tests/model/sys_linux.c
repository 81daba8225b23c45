#include "sys_world.h"
static const uint64_t mapflags[] = { ~(uint64_t)0 };
const struct sys_system sys_linux = { .real = &sim_linux, .mapflags = mapflags, .topdown = true };
