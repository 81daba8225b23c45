/*
 * In a build with coverage (make COV=1), what ends a process without libc's
 * exit(3) writes the counts first: the linker sends the callers of _exit(2) and
 * raise(3) here.  What injects failures into a program (tests/inject) is told
 * that the program is over: writing counts is not the program's work.
 */
void __gcov_dump(void);
void __real__exit(int) __attribute__((noreturn));
int __real_raise(int);
void __wrap__exit(int) __attribute__((noreturn));
int __wrap_raise(int);
extern void inject_over(void) __attribute__((weak));

__attribute__((destructor)) static void
over(void)
{
	if (inject_over != 0)
		inject_over();
}

void
__wrap__exit(int status)
{

	over();
	__gcov_dump();
	__real__exit(status);
}

int
__wrap_raise(int signo)
{

	over();
	__gcov_dump();
	return __real_raise(signo);
}
