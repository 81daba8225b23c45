/*
 * Accesses of real memory by an agent.
 *
 * A signal handler jumps back to before the access.  Memory holds nothing but
 * stamps in the first 8 bytes of its pages, all else is zero; so
 *
 *	read	loads, and forgets
 *	write	stores zeros, then puts a stamp into each page that it reached
 *	fetch	jumps behind the stamp with rax = 0.  Zeros are
 *		"add %al, (%rax)": the page could be executed if address 0
 *		is what faults
 */
#include "host.h"

#include <setjmp.h>
#include <signal.h>
#include <string.h>
#include <ucontext.h>
#include <unistd.h>

struct host_box *host_touch_box;

static sigjmp_buf back;
static volatile sig_atomic_t expected;
static volatile int got_signo, got_code;
static volatile uint64_t got_addr, got_ip;

static void
on_signal(int signo, siginfo_t *info, void *context)
{
	const ucontext_t *u = context;
	uint64_t ip = 0;

#if defined(__x86_64__)
	ip = (uint64_t)u->uc_mcontext.gregs[REG_RIP];
#else
	(void)u;
#endif
	if (!expected) {
		host_touch_box->died = signo;
		host_touch_box->died_at = ip;
		__atomic_store_n(&host_touch_box->turn, HOST_GONE,
		    __ATOMIC_SEQ_CST);
		_exit(1);
	}
	got_signo = signo;
	got_code = info->si_code;
	got_addr = (uint64_t)(uintptr_t)info->si_addr;
	got_ip = ip;
	siglongjmp(back, 1);
}

void
host_touch_init(void)
{
	struct sigaction act = { .sa_sigaction = on_signal,
		.sa_flags = SA_SIGINFO | SA_NODEFER };

	(void)sigaction(SIGSEGV, &act, NULL);
	(void)sigaction(SIGBUS, &act, NULL);
	(void)sigaction(SIGILL, &act, NULL);
	(void)sigaction(SIGTRAP, &act, NULL);
}

#if defined(__x86_64__)

static void
load(uint64_t va, uint64_t len, unsigned way)
{
	uint64_t scratch;

	switch (way) {
	case HOST_W2:
		__asm__ volatile("movw (%1), %w0" : "=r"(scratch) : "r"(va));
		break;
	case HOST_W4:
		__asm__ volatile("movl (%1), %k0" : "=r"(scratch) : "r"(va));
		break;
	case HOST_W8:
		__asm__ volatile("movq (%1), %0" : "=r"(scratch) : "r"(va));
		break;
	case HOST_W16:
		__asm__ volatile("movdqu (%0), %%xmm0" : : "r"(va) : "xmm0");
		break;
	case HOST_BLOCK:
		__asm__ volatile("rep lodsb"
				 : "+S"(va), "+c"(len), "=a"(scratch));
		break;
	default:
		__asm__ volatile("movb (%1), %b0" : "=q"(scratch) : "r"(va));
		break;
	}
}

static void
store(uint64_t va, uint64_t len, unsigned way)
{
	const uint64_t zero = 0;

	switch (way) {
	case HOST_W2:
		__asm__ volatile("movw %w0, (%1)" : : "r"(zero), "r"(va));
		break;
	case HOST_W4:
		__asm__ volatile("movl %k0, (%1)" : : "r"(zero), "r"(va));
		break;
	case HOST_W8:
		__asm__ volatile("movq %0, (%1)" : : "r"(zero), "r"(va));
		break;
	case HOST_W16:
		__asm__ volatile("pxor %%xmm0, %%xmm0\n\t"
				 "movdqu %%xmm0, (%0)"
				 :
				 : "r"(va)
				 : "xmm0", "memory");
		break;
	case HOST_BLOCK:
		__asm__ volatile("rep stosb"
				 : "+D"(va), "+c"(len)
				 : "a"(zero)
				 : "memory");
		break;
	default:
		__asm__ volatile("movb %b0, (%1)" : : "q"(zero), "r"(va));
		break;
	}
}

/* Never comes back but by a signal. */
static void
jump(uint64_t va)
{
	const uint64_t zero = 0;

	__asm__ volatile("jmp *%0" : : "r"(va), "a"(zero));
	__builtin_unreachable();
}

#else

static void
load(uint64_t va, uint64_t len, unsigned way)
{
	(void)va, (void)len, (void)way;
}

static void
store(uint64_t va, uint64_t len, unsigned way)
{
	(void)va, (void)len, (void)way;
}

static void
jump(uint64_t va)
{
	(void)va;
}

#endif

/* Bytes [va, va + len) in one way. => true: no signal */
static bool
once(uint64_t va, uint64_t len, unsigned type, unsigned way)
{
	if (sigsetjmp(back, 0) != 0) {
		expected = 0;
		return type == HOST_FETCH && got_addr == 0 && got_ip == va;
	}
	expected = 1;
	if (type == HOST_FETCH)
		jump(va);
	else if (type == HOST_WRITE)
		store(va, len, way);
	else
		load(va, len, way);
	expected = 0;
	return true;
}

static bool
stamp(uint64_t page, uint64_t value)
{
	if (sigsetjmp(back, 0) != 0) {
		expected = 0;
		return false;
	}
	expected = 1;
	*(volatile uint64_t *)(uintptr_t)page = value; /* NOLINT */
	expected = 0;
	return true;
}

/* A fetch lands behind the stamp. */
static uint64_t
place_of(uint64_t va, unsigned type)
{
	const uint64_t in = va & HOST_MASK;

	if (type != HOST_FETCH)
		return va;
	return in < 16 ? va - in + 16 : in > 4000 ? va - in + 4000 : va;
}

static uint64_t
touch_all(const struct host_command *c, struct host_result *r)
{
	const uint64_t first = c->arg[0] & ~HOST_MASK;
	const uint64_t end = c->arg[0] + c->arg[1];
	uint64_t at = c->arg[0];
	bool good = true;

	if (c->type != HOST_FETCH && c->way != HOST_EACH)
		good = once(at, c->arg[1], c->type, c->way);
	else
		for (; at < end && good; at = (at | HOST_MASK) + 1)
			good = once(place_of(at, c->type), 1, c->type, c->way);
	if (good)
		return ((end - 1) >> HOST_SHIFT) - (first >> HOST_SHIFT) + 1;
	r->signo = got_signo;
	r->code = got_code;
	r->fault = got_addr;
	return (got_addr >> HOST_SHIFT) - (first >> HOST_SHIFT);
}

void
host_touch(const struct host_command *c, struct host_result *r)
{
	const uint64_t first = c->arg[0] & ~HOST_MASK;

	r->pages = touch_all(c, r);
	r->ret = 0;
	r->err = 0;
	for (uint64_t i = 0;
	     c->type == HOST_WRITE && i < r->pages && i < HOST_PAGES; i++)
		if (!stamp(first + i * HOST_PAGE, c->stamp + 1 + i))
			r->ret = -1;
}

bool
host_peek(uint64_t va, uint64_t *content)
{
	if (sigsetjmp(back, 0) != 0) {
		expected = 0;
		return false;
	}
	expected = 1;
	*content = *(const volatile uint64_t *)(uintptr_t)va; /* NOLINT */
	expected = 0;
	return true;
}
