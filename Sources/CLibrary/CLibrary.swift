// The C library of the system under one name, so that other files need not ask which system they are compiled for.
#if canImport(Glibc)
    @_exported public import Glibc
#else
    @_exported public import Darwin
#endif
