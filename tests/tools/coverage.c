/*
 * In a build with coverage (make COV=1), what ends a process without libc's
 * exit(3) writes the counts first: the linker sends the callers of _exit(2) and
 * raise(3) here.
 */
void __gcov_dump(void);
void __real__exit(int) __attribute__((noreturn));
int __real_raise(int);
void __wrap__exit(int) __attribute__((noreturn));
int __wrap_raise(int);

void
__wrap__exit(int status)
{

	__gcov_dump();
	__real__exit(status);
}

int
__wrap_raise(int signo)
{

	__gcov_dump();
	return __real_raise(signo);
}
