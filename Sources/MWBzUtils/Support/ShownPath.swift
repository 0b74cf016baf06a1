package import SystemPackage

extension FilePath {
    /// The path as people write it. A path keeps one of several slashes, so that of an address lacks one.
    package var shown: String {
        for scheme in ["https:/", "http:/"] where string.hasPrefix(scheme) {
            return scheme + "/" + string.dropFirst(scheme.count)
        }
        return string
    }
}
