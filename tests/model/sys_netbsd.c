#include "sys_world.h"
static const uint64_t mapflags[] = { ~(uint64_t)0 };
const struct sys_system sys_netbsd = { .real = &sim_netbsd, .mapflags = mapflags, .topdown = true };
