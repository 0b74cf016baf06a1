#if canImport(Glibc)
    import Glibc
#else
    import Darwin
#endif

/// The target that `FUZZ_TARGET` names.
private let target: HostileTarget = {
    let name = unsafe getenv("FUZZ_TARGET").map { unsafe String(cString: $0) } ?? ""
    guard let target = HostileTarget.all.first(where: { $0.name == name }) else {
        for target in HostileTarget.all { print(target.name) }
        exit(name.isEmpty ? 0 : 2)
    }
    return target
}()

/// What libFuzzer, which the compiler links in with `-sanitize=fuzzer`, calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    do {
        try target.check(unsafe Array(UnsafeBufferPointer(start: data, count: count)))
    } catch {
        fatalError("\(error)")
    }
    return 0
}
