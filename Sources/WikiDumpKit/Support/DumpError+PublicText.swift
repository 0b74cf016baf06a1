extension DumpError.Code {
    var publicText: String { "it failed: \(self)" }
}
