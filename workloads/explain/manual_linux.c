/*
 * What Linux says of mmap(2), munmap(2), mremap(2) and remap_file_pages(2).
 */
#include "manual.h"

#define C(id) ((uint64_t)1 << SIM_SYS_##id)

const struct wl_manual wl_manual_linux[] = {
	{ WL_LINUX, C(MMAP), EACCES, "the file is not open for reading",
	    "a file mapping was asked for, and fd is not open for reading" },
	{ WL_LINUX, C(MMAP), EACCES, "the file is not open for writing",
	    "MAP_SHARED and PROT_WRITE were asked for, and fd is not open in "
	    "read-write mode" },
	{ WL_LINUX, C(MMAP) | C(MREMAP), EAGAIN,
	    "RLIMIT_MEMLOCK would be exceeded",
	    "too much memory would be locked (setrlimit(2))" },
	{ WL_LINUX, C(MMAP), EBADF, "not an open descriptor",
	    "fd is not a valid file descriptor, and MAP_ANONYMOUS "
	    "was not set" },
	{ WL_LINUX, C(MMAP), EEXIST,
	    "the range is in use (MAP_FIXED_NOREPLACE)",
	    "MAP_FIXED_NOREPLACE was given, and the range clashes with an "
	    "existing mapping" },
	{ WL_LINUX, C(MMAP), EINVAL,
	    "MAP_GROWSDOWN wants private anonymous memory",
	    "flags are not valid together: only private anonymous memory grows "
	    "downwards" },
	{ WL_LINUX, C(MMAP), EINVAL, "MAP_GROWSDOWN wants private memory",
	    "flags are not valid together: shared memory does not grow" },
	{ WL_LINUX, C(MMAP), EINVAL, "MAP_HUGETLB wants MAP_ANONYMOUS",
	    "MAP_HUGETLB was given for a file that is not of a hugetlb file "
	    "system" },
	{ WL_LINUX, C(MMAP), EINVAL,
	    "droppable memory neither grows nor is locked nor huge",
	    "flags are not valid together: MAP_DROPPABLE excludes "
	    "MAP_GROWSDOWN, MAP_LOCKED and MAP_HUGETLB" },
	{ WL_LINUX, C(MMAP), EINVAL, "neither MAP_SHARED nor MAP_PRIVATE",
	    "flags held none of MAP_PRIVATE, MAP_SHARED and "
	    "MAP_SHARED_VALIDATE" },
	{ WL_LINUX,
	    C(MMAP) | C(MUNMAP) | C(MPROTECT) | C(MSYNC) | C(MADVISE) |
		C(POSIX_MADVISE) | C(MINCORE),
	    EINVAL, "not a multiple of the page size",
	    "addr, or an offset, is not aligned to a page" },
	{ WL_LINUX, C(MREMAP), EINVAL, "not a multiple of the page size",
	    "old_address, or a fixed new_address, is not page aligned" },
	{ WL_LINUX, C(MMAP) | C(MUNMAP), EINVAL, "the length is 0",
	    "length was 0 (since Linux 2.6.12)" },
	{ WL_LINUX, C(MMAP), ENODEV, "a directory cannot be mapped",
	    "the file's file system does not support memory mapping" },
	{ WL_LINUX, C(MMAP) | C(MREMAP), ENOMEM, "RLIMIT_AS would be exceeded",
	    "the process's RLIMIT_AS would be exceeded" },
	{ WL_LINUX, C(MMAP) | C(MREMAP) | C(MPROTECT), ENOMEM,
	    "RLIMIT_DATA would be exceeded",
	    "the process's RLIMIT_DATA would be exceeded" },
	{ WL_LINUX, C(MMAP), ENOMEM, "beyond the address space",
	    "no memory is available: the range exceeds the virtual address "
	    "space" },
	{ WL_LINUX, C(MMAP), ENOMEM, "longer than the address space",
	    "no memory is available: length exceeds the virtual "
	    "address space" },
	{ WL_LINUX, C(MMAP), ENOMEM, "more than memory and swap together",
	    "no memory is available: vm.overcommit_memory=0 refuses obvious "
	    "overcommits" },
	{ WL_LINUX, C(MMAP) | C(MREMAP) | C(SHMAT), ENOMEM,
	    "no gap is long enough",
	    "no memory is available: the address space has no gap of that "
	    "length" },
	{ WL_LINUX, C(MMAP) | C(MREMAP) | C(SHMAT), ENOMEM,
	    "too many areas (vm.max_map_count)",
	    "the process's maximum number of mappings would be exceeded" },
	{ WL_LINUX, C(MMAP), EOPNOTSUPP,
	    "MAP_SHARED_VALIDATE knows the old flags only",
	    "MAP_SHARED_VALIDATE was given with a flag that is not supported" },
	{ WL_LINUX, C(MMAP), EOVERFLOW, "offset and length overflow",
	    "on 32 bits, or with such an offset, the page number of the end "
	    "would overflow" },
	{ WL_LINUX, C(MMAP) | C(MREMAP), EPERM, "below vm.mmap_min_addr",
	    "the manual names seals; an address below vm.mmap_min_addr is "
	    "refused so to users without CAP_SYS_RAWIO" },
	{ WL_LINUX, C(MUNMAP), EINVAL, "beyond the address space",
	    "the range is not one of the process's address space" },
	{ WL_LINUX, C(MREMAP), EFAULT, "not mapped",
	    "some of the old range is not mapped by this process" },
	{ WL_LINUX, C(MREMAP), EFAULT, "the range is not within one area",
	    "the old range spans mappings of different kinds" },
	{ WL_LINUX, C(MREMAP), EFAULT, "a device's area cannot grow",
	    "the old range is of a mapping that cannot grow" },
	{ WL_LINUX, C(MREMAP), EINVAL, "a device's area",
	    "MREMAP_DONTUNMAP was given for a mapping that is not to be moved "
	    "so" },
	{ WL_LINUX, C(MREMAP), EINVAL, "MREMAP_DONTUNMAP wants equal sizes",
	    "MREMAP_DONTUNMAP was given, and old_size differs from new_size" },
	{ WL_LINUX, C(MREMAP), EINVAL,
	    "MREMAP_FIXED and MREMAP_DONTUNMAP want MREMAP_MAYMOVE",
	    "MREMAP_FIXED or MREMAP_DONTUNMAP was given without "
	    "MREMAP_MAYMOVE" },
	{ WL_LINUX, C(MREMAP), EINVAL, "beyond the address space",
	    "new_address or new_size is not valid" },
	{ WL_LINUX, C(MREMAP), EINVAL, "longer than the address space",
	    "new_size is not valid" },
	{ WL_LINUX, C(MREMAP), EINVAL, "the new length is 0",
	    "new_size was 0" },
	{ WL_LINUX, C(MREMAP), EINVAL,
	    "only MREMAP_MAYMOVE, MREMAP_FIXED, MREMAP_DONTUNMAP",
	    "flags held another bit than MREMAP_MAYMOVE, MREMAP_FIXED and "
	    "MREMAP_DONTUNMAP" },
	{ WL_LINUX, C(MREMAP), EINVAL,
	    "only shared memory can be mapped a second time",
	    "old_size was 0, and old_address is not of a shared mapping" },
	{ WL_LINUX, C(MREMAP), EINVAL, "the old and the new range overlap",
	    "the new range overlaps the old one" },
	{ WL_LINUX, C(MREMAP), ENOMEM,
	    "no room to grow in place (no MREMAP_MAYMOVE)",
	    "the memory cannot grow where it is, and MREMAP_MAYMOVE was not "
	    "given" },
	{ WL_LINUX, C(REMAP_FILE_PAGES), EINVAL, "must be 0",
	    "prot must be 0" },
	{ WL_LINUX, C(REMAP_FILE_PAGES), EINVAL,
	    "not a range of one shared mapping",
	    "addr is not of a valid mapping made with MAP_SHARED" },
	{ WL_LINUX, C(REMAP_FILE_PAGES), EINVAL, "the length is 0",
	    "size is not valid: it was 0" },
	{ WL_LINUX, C(REMAP_FILE_PAGES), EINVAL, "the range wraps around",
	    "addr, size or pgoff is not valid: the range wraps" },
	{ .why = NULL },
};
