// What of this process lies in memory.
#pragma once

namespace ght::io {

// Leaves in their files the pages of programs and libraries that hold no code and are never
// written: tables that the loader reads once, constants that only the start or rare work (reading a
// year, deleting old records) needs. What is needed again is read again from the file; nothing
// changes but the resident size. Takes less than a millisecond.
void release_tables();

}  // namespace ght::io
