/*
 * The time of day for a PostgreSQL cluster under test: what the kernel says, and the
 * seconds on top that a file holds. Loaded before the C library (LD_PRELOAD). The
 * file is mapped, so that a write to it holds from that moment on in every process.
 * Nothing here locks or waits: PostgreSQL asks for the time in signal handlers too.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static const volatile int64_t *ahead;

__attribute__((constructor)) static void find_clock(void)
{
	const char *path = getenv("GRIDMAP_TEST_CLOCK");
	if (path == NULL)
		return;
	int file = open(path, O_RDONLY | O_CLOEXEC);
	void *seconds = file < 0 ? MAP_FAILED : mmap(NULL, sizeof *ahead, PROT_READ, MAP_SHARED, file, 0);
	if (seconds == MAP_FAILED) {
		perror(path);
		_exit(1);
	}
	close(file);
	ahead = seconds;
}

int clock_gettime(clockid_t id, struct timespec *now)
{
	long failed = syscall(SYS_clock_gettime, id, now);
	if (!failed && ahead != NULL && (id == CLOCK_REALTIME || id == CLOCK_REALTIME_COARSE))
		now->tv_sec += *ahead;
	return failed;
}

int gettimeofday(struct timeval *restrict now, void *restrict zone)
{
	long failed = syscall(SYS_gettimeofday, now, zone);
	if (!failed && ahead != NULL)
		now->tv_sec += *ahead;
	return failed;
}

time_t time(time_t *now)
{
	struct timespec t;
	clock_gettime(CLOCK_REALTIME, &t);
	if (now != NULL)
		*now = t.tv_sec;
	return t.tv_sec;
}
