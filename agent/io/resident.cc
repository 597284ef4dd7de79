#include "agent/io/resident.h"

#include <elf.h>
#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

#include <algorithm>
#include <span>

namespace ght::io {
namespace {

// Of this machine's word size.
using Address = ElfW(Addr);
using Dynamic = ElfW(Dyn);
using Header = ElfW(Phdr);

// Addresses come from the loader as numbers.
void* at(Address address) {
  return reinterpret_cast<void*>(address);  // NOLINT(performance-no-int-to-ptr)
}

// The loader may have written into segments that are not writable: such pages are no file's.
bool has_text_relocations(const dl_phdr_info& object, std::span<const Header> headers) {
  const auto dynamic = std::ranges::find(headers, PT_DYNAMIC, &Header::p_type);
  if (dynamic == headers.end()) return false;
  const auto* entry = static_cast<const Dynamic*>(at(object.dlpi_addr + dynamic->p_vaddr));
  for (; entry->d_tag != DT_NULL; ++entry) {
    if (entry->d_tag == DT_TEXTREL) return true;
    if (entry->d_tag == DT_FLAGS && (entry->d_un.d_val & DF_TEXTREL) != 0) return true;
  }
  return false;
}

// Segments that are for reading alone. Code stays: a debugger or a live patch may have changed it.
int release_of(dl_phdr_info* object, std::size_t, void*) {
  const std::span headers(object->dlpi_phdr, object->dlpi_phnum);
  if (has_text_relocations(*object, headers)) return 0;
  const auto page = static_cast<Address>(sysconf(_SC_PAGESIZE));
  for (const Header& segment : headers) {
    if (segment.p_type != PT_LOAD || segment.p_flags != PF_R) continue;
    const Address begin = object->dlpi_addr + segment.p_vaddr;
    const Address from = begin / page * page;
    // A refusal (memory that is locked) leaves everything as it was.
    madvise(at(from), begin + segment.p_filesz - from, MADV_DONTNEED);
  }
  return 0;
}

}  // namespace

void release_tables() {
  dl_iterate_phdr(release_of, nullptr);
}

}  // namespace ght::io
