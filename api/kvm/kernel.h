/*
 * The kernel of a machine as memory: a system's structures at their simulated
 * addresses, made when somebody reads them.
 *
 *	kvm_read(address)				(read.c)
 *	  |  sim_kva_find: which object lies there	(sim/kva.c)
 *	  |- view: the object by its number		(view.c, names.c)
 *	  |- facts: what it says			(facts.c)
 *	  |- layout: as the system lays it out, in the	(openbsd32.c,
 *	  |          machine's pointer width		 openbsd64.c, ...)
 *	  `- slots: the arrays of amaps			(slots.c)
 *
 * A view holds what must be found by number and is not kept so by the machine.
 * It is made when it is first needed, and again when the machine has done
 * something since.
 *
 * V1  entry[i] and amap[i], unless NULL, are live and have the number i.
 * V2  directories are numbered from 1, each behind its parent.
 * V3  the last bucket of the name cache's table holds no name: procmap of
 *     OpenBSD 3.6 does not see what is there.
 */
#ifndef API_KVM_KERNEL_H
#define API_KVM_KERNEL_H

#include "facts.h"
#include "sim/namecache.h"
#include "sim/sim.h"

/* What is one of a kind: numbers in SIM_KVA_TEXT ... */
enum { KVM_T_KERNEL_TEXT, KVM_T_VNODEOPS, KVM_T_DEVICEOPS, KVM_T_AOBJ,
    KVM_T_PHYS, KVM_T_UBC, KVM_NTEXT };
/* ... and in SIM_KVA_DATA. */
enum { KVM_D_NCHASH = 1, KVM_D_NCHASHTBL, KVM_D_KERNEL_MAP, KVM_D_MAXSMAP,
    KVM_D_PTRSIZE, KVM_D_SUBMAP, KVM_D_TABLE = 0x100 };

#define KVM_NCHASH	63u		/* mask of the name cache's hash */
#define KVM_DIRHASH	1024u		/* chains of our own */

struct kvm_dir {
	char	       *path;		/* "/usr/lib" */
	uint32_t	parent;		/* number; 0: root of a mount */
	uint32_t	next;		/* of the same hash; 0 ends */
	const struct sim_mount *mount;
};

struct kvm_name {			/* an entry of the name cache */
	uint32_t	dir;		/* in which directory */
	uint32_t	sub;		/* a directory's number, or 0 and */
	const struct vm_object *object;	/* a file */
	const char     *text;		/* not ended by NUL */
	int		len;
	uint32_t	next;		/* in its chain; 0 ends */
};

enum { KVM_A_ANON, KVM_A_SLOTS, KVM_A_BCKPTR, KVM_A_PPREF, KVM_NARRAYS };

struct kvm_arrays {			/* of one amap; address 0: no room */
	struct vm_amap *amap;
	uint64_t	addr[KVM_NARRAYS];
	uint64_t	size[KVM_NARRAYS];	/* bytes */
};

struct kvm_rank {			/* of a slot among those in use */
	const struct vm_amap *amap;
	uint64_t	slot, used;	/* used ones below it */
};

struct kvm_space {			/* a map, perhaps in a vmspace */
	struct vm_map  *map;
	struct vmspace *space;		/* NULL: a submap */
};

struct kvm_larger_pv {			/* a page within a larger mapping */
	uint32_t	frame, pmap;
	uint64_t	va;
};

struct kvm_view {
	struct machine *m;
	const struct kvm_layout *layout;
	bool		made;
	uint64_t	changes;	/* the machine's, when it was made */
	struct kvm_space *space;
	size_t		nspaces;
	struct vm_map_entry **entry;	/* by number */
	const struct vm_map **entry_map;	/* the map it is in */
	uint32_t	nentries;
	struct vm_object **object;	/* by number */
	uint32_t	nobjects;
	uint8_t	       *pv;		/* by number: 1 for those in use */
	struct kvm_larger_pv *larger;	/* by rising frame */
	size_t		nlarger;
	uint32_t	larger_id;	/* number of the first one's pv */
	struct vm_amap **amap;		/* by number */
	uint32_t	namaps;
	struct kvm_arrays *arrays;	/* by rising address */
	size_t		narrays;
	struct kvm_rank	rank;		/* where slots.c read last */
	struct kvm_dir *dir;		/* [0] is not used */
	uint32_t	ndirs, maxdirs;
	uint32_t	dirhash[KVM_DIRHASH];
	struct kvm_name *name;		/* [0] is not used */
	uint32_t	nnames, maxnames;
	uint32_t	bucket[KVM_NCHASH + 1];
};

/* => 0 or ENOMEM: the view fits the machine as it is now */
int	kvm_view_make(struct kvm_view *);
void	kvm_view_free(struct kvm_view *);
/* => NULL: no map has this number */
const struct kvm_space *kvm_view_space(const struct kvm_view *, uint32_t id);

/* names.c: directories and names.  => 0 or ENOMEM */
int	kvm_names_make(struct kvm_view *);
void	kvm_names_free(struct kvm_view *);
/* A mount's number in SIM_KVA_MOUNT, and back (NULL: none). */
uint32_t kvm_mount_id(const struct kvm_view *, const struct sim_mount *);
const struct sim_mount *kvm_mount_byid(const struct kvm_view *, uint32_t id);

/* larger.c: mappings that the machine keeps no pv for.  => 0 or ENOMEM */
int	kvm_larger_make(struct kvm_view *);
void	kvm_larger_free(struct kvm_view *);
/* Number of a frame's first one in SIM_KVA_PV; 0: none. */
uint32_t kvm_larger_first(const struct kvm_view *, pfn_t frame);
/* By that number, and the number behind it (0: none).  => NULL: not one */
const struct kvm_larger_pv *kvm_larger_byid(const struct kvm_view *,
	    uint32_t id, uint32_t *next);

/* slots.c: the arrays of amaps.  => 0 or ENOMEM */
int	kvm_slots_make(struct kvm_view *);
const struct kvm_arrays *kvm_slots_of(const struct kvm_view *,
	    const struct vm_amap *);
/* => bytes read, 0: no array is there */
size_t	kvm_slots_read(struct kvm_view *, uint64_t addr, void *buf,
	    size_t len);

/*
 * facts.c: the structure of an object, as the view's layout has it.
 * => its size; 0: no such object
 */
size_t	kvm_render(const struct kvm_view *, enum sim_kva_kind, uint32_t id,
	    void *buf);
/* struct kinfo_proc. => its size */
size_t	kvm_render_kinfo(const struct kvm_view *, struct process *, void *buf);
/* The number of a device file: what it was given, or one of major 253. */
uint32_t kvm_device_number(const struct sim_file *);
/* Numbers in SIM_KVA_INODE. */
#define KVM_INO_FILE(id)	((id) * 2)
#define KVM_INO_DIR(id)		((id) * 2 + 1)

/*
 * data.c: the kernel's variables, by where they lie in the stretch of
 * SIM_KVA_DATA.  => bytes read, 0: nothing is there
 */
size_t	kvm_data_read(const struct kvm_view *, uint64_t offset, void *buf,
	    size_t len);
/* The address of text, by KVM_T_*. */
uint64_t kvm_text(const struct machine *, uint32_t id);

struct kvm_symbol {
	const char     *name;		/* without the leading underscore */
	char		type;		/* as nm(1) prints it */
	uint8_t		id;		/* KVM_T_* or KVM_D_* */
};
extern const struct kvm_symbol kvm_symbols[];	/* ends with a NULL name */
uint64_t kvm_symbol_addr(const struct machine *, const struct kvm_symbol *);

/*
 * read.c: kernel memory of the view's machine.
 * => bytes read, less than len when what follows is not mapped; 0: addr is not
 * mapped; -1: no memory
 */
ssize_t	kvm_memory_read(struct kvm_view *, uint64_t addr, void *buf,
	    size_t len);

#endif /* API_KVM_KERNEL_H */
