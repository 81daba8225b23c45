/*
 * guard.cc: the library from C++: a machine that goes with its owner.
 *
 *	c++ -o guard guard.cc $(pkg-config --cflags --libs uvmsim)
 */
#include <cstdio>
#include <memory>
#include <stdexcept>

#include <uvmsim.h>

struct destroy {
	void operator()(uvmsim *u) const { uvmsim_destroy(u); }
};
using machine = std::unique_ptr<uvmsim, destroy>;

static machine
make_machine(const char *config)
{
	uvmsim *u;

	if (uvmsim_create(&u, config) == -1)
		throw std::runtime_error(uvmsim_errmsg());
	return machine(u);
}

int
main()
{
	machine m = make_machine("ram=64M,personality=openbsd");
	struct uvmsim_signal signal = {};

	signal.size = sizeof(signal);
	if (uvmsim_do(m.get(), "spawn sh") == -1 ||
	    uvmsim_access(m.get(), uvmsim_pid(m.get(), "sh"), 0, 1, UVMSIM_READ,
	    &signal) == 0)
		return 1;
	std::printf("a read of address 0: %s, %s\n", signal.name, signal.code);
	try {
		make_machine("ram=64M,personality=plan9");
	} catch (const std::runtime_error &e) {
		std::printf("%s\n", e.what());
	}
	return 0;
}
