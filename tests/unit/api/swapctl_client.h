/*
 * Tests of swapctl(2) for a file that includes the sys/swap.h of its system and
 * mman_client.h: devices come, are told of, change their priority and go.
 */
#ifndef TEST_SWAPCTL_CLIENT_H
#define TEST_SWAPCTL_CLIENT_H

#include <string.h>

static void
add_disk(const char *path, uint64_t size)
{
	struct sim_file *f = sim_file_get(m, path, size,
	    SIM_FILE_BLK);

	assert_non_null(f);
	f->dev = 0x1203;
}

static void
test_swapctl(void **state)
{
	char disk[] = "/dev/wd1b", file[] = "/swapfile";
	struct swapent se[3], none;

	(void)state;
	memset(&none, 0xee, sizeof(none));
	assert_int_equal(swapctl(SWAP_NSWAP, NULL, 0), 0);
	assert_int_equal(swapctl(SWAP_STATS, se, 3), 0);
	assert_fails(swapctl(SWAP_ON, disk, 0), ENOENT);
	add_disk(disk, 1 << 20);
	assert_non_null(sim_file_get(m, file, 1 << 19,
	    SIM_FILE_REG));
	assert_int_equal(swapctl(SWAP_ON, disk, 4), 0);
	assert_fails(swapctl(SWAP_ON, disk, 4), EBUSY);
	assert_int_equal(swapctl(SWAP_ON, file, 2), 0);
	assert_int_equal(swapctl(SWAP_NSWAP, NULL, 0), 2);

	memset(se, 0xee, sizeof(se));
	assert_int_equal(swapctl(SWAP_STATS, se, 3), 2);
	assert_string_equal(se[0].se_path, file);
	assert_true(se[0].se_dev == (__typeof__(se[0].se_dev))-1);
	assert_int_equal(se[0].se_nblks, (1 << 19) / 512);
	assert_int_equal(se[0].se_inuse, 0);
	assert_int_equal(se[0].se_priority, 2);
	assert_int_equal(se[0].se_flags, SWF_INUSE | SWF_ENABLE);
	assert_string_equal(se[1].se_path, disk);
	assert_true(se[1].se_dev == 0x1203);
	assert_int_equal(se[1].se_nblks, (1 << 20) / 512);
	assert_int_equal(se[1].se_priority, 4);
	assert_memory_equal(&se[2], &none, sizeof(none));
	assert_int_equal(swapctl(SWAP_STATS, se, 1), 1);
	assert_int_equal(swapctl(SWAP_STATS, NULL, -1), 0);
	assert_fails(swapctl(SWAP_STATS, (void *)8, 2), EFAULT);

	assert_int_equal(swapctl(SWAP_CTL, disk, 1), 0);
	assert_int_equal(swapctl(SWAP_STATS, se, 2), 2);
	assert_string_equal(se[0].se_path, disk);
	assert_fails(swapctl(SWAP_CTL, disk, -1), EINVAL);
	assert_fails(swapctl(77, NULL, 0), EINVAL);
	assert_fails(swapctl(SWAP_OFF, (void *)8, 0), EFAULT);
	assert_int_equal(swapctl(SWAP_OFF, disk, 0), 0);
	assert_fails(swapctl(SWAP_OFF, disk, 0), ENXIO);
	assert_int_equal(swapctl(SWAP_NSWAP, NULL, 0), 1);
}

/* What is written beyond memory is in use there. */
static void
test_swapctl_inuse(void **state)
{
	const size_t len = (size_t)m->config.ram;
	char disk[] = "/dev/wd1b", *mem;
	struct swapent se;

	(void)state;
	add_disk(disk, 2 * m->config.ram);
	assert_int_equal(swapctl(SWAP_ON, disk, 0), 0);
	mem = mmap(NULL, len, RW, ANON, -1, 0);
	assert_ptr_not_equal(mem, MAP_FAILED);
	assert_int_equal(uvmsim_touch(mem, len, PROT_WRITE), 0);
	assert_int_equal(swapctl(SWAP_STATS, &se, 1), 1);
	assert_true(se.se_inuse > 0);
	assert_int_equal(se.se_inuse, m->vm.exp.swpginuse * PAGE / 512);
	assert_int_equal(munmap(mem, len), 0);
	assert_int_equal(swapctl(SWAP_STATS, &se, 1), 1);
	assert_true(se.se_inuse < 64);
}

#endif /* TEST_SWAPCTL_CLIENT_H */
