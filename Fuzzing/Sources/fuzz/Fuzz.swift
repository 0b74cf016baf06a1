/// What libFuzzer, which the compiler links in with `-sanitize=fuzzer`, calls with every input.
@_cdecl("LLVMFuzzerTestOneInput")
public func testOneInput(_ data: UnsafePointer<UInt8>?, _ count: Int) -> CInt {
    Checks.run(Array(UnsafeBufferPointer(start: data, count: count)))
    return 0
}
