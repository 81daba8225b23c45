/*
 * uvmsim ksyms: the names of a simulated kernel and where they are.
 *
 * Lines as nm(1) prints them, by name, for programs that want a name list
 * beside the core (kvm_openfiles(3), procmap -N).
 */
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "api/include/uvmsim.h"
#include "api/kvm/kernel.h"
#include "cmd.h"
#include "context.h"

#define MAXSYMBOLS 64

static int
by_name(const void *a, const void *b)
{
	const struct kvm_symbol *const *x = a, *const *y = b;

	return strcmp((*x)->name, (*y)->name);
}

static void
print_symbols(const struct machine *m)
{
	const struct kvm_symbol *list[MAXSYMBOLS], *s = kvm_symbols;
	const int digits = 2 * m->config.arch->ptr_size;
	size_t n = 0;

	for (; s->name != NULL && n < MAXSYMBOLS; s++)
		list[n++] = s;
	qsort(list, n, sizeof(list[0]), by_name);
	for (size_t i = 0; i < n; i++)
		printf("%0*" PRIx64 " %c _%s\n", digits,
		    kvm_symbol_addr(m, list[i]), list[i]->type, list[i]->name);
}

int
cmd_ksyms(int argc, char **argv)
{
	struct cmd cmd = {
		.name = "ksyms",
		.operands = "CORE|SCRIPT",
		.about = "Prints the symbols of the kernel of a core, or of a "
			 "script's machine, as nm(1)\ndoes: address, type and "
			 "name.  Readers of kernel memory take such a list\n"
			 "instead of the kernel's own names (procmap -N).",
		.takes = CMD_TAKES_BOUNDS,
		.min_operands = 1,
		.max_operands = 1,
	};

	if (!cmd_parse(&cmd, argc, argv))
		return cmd.status;
	if (uvmsim_open(cmd.operand[0], 0) != 0)
		return cmd_fail(&cmd, "%s", uvmsim_errmsg());
	print_symbols(api_machine());
	uvmsim_close();
	return CMD_OK;
}
