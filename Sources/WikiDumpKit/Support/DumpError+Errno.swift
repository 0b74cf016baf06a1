import SystemPackage

extension DumpError {
    /// Creates an error from one of the operating system, with the matching code and remedy.
    init(_ error: Errno, _ message: String) {
        let (code, remedy) = error.handling
        self.init(code, message, remedy: remedy, cause: error)
    }
}

extension Errno {
    /// The code for the error, and what to do about it.
    fileprivate var handling: (DumpError.Code, String) {
        switch self {
        case .noSpace, .diskQuotaExceeded: (.diskFull, "free space or raise the quota, then run again")
        case .permissionDenied, .notPermitted: (.permission, "give the user of this process access to it")
        case .readOnlyFileSystem: (.permission, "mount it for writing, or name another folder")
        case .noSuchFileOrDirectory: (.fileSystem, "check the path")
        case .isDirectory: (.fileSystem, "it is a folder; move it away, or name a file")
        case .notDirectory: (.fileSystem, "a part of the path is a file; move it away")
        case .fileExists: (.fileSystem, "something with that name exists; move it away")
        case .directoryNotEmpty: (.fileSystem, "something was put into the folder just now; run again")
        case .tooManySymbolicLinkLevels: (.fileSystem, "a link of the path leads back to itself; correct it")
        case .fileNameTooLong: (.fileSystem, "choose a shorter path")
        case .fileTooLarge: (.fileSystem, "raise the largest size of a file (ulimit -f), or use another file system")
        case .tooManyOpenFiles: (.fileSystem, "raise the limit of open files (ulimit -n)")
        case .tooManyOpenFilesInSystem: (.fileSystem, "raise the limit of open files of this machine")
        case .improperLink: (.fileSystem, "keep both on one file system")
        case .resourceBusy, .textFileBusy: (.fileSystem, "find out who uses it, then run again")
        case .notSupported: (.fileSystem, "use another kind of file system")
        case .staleNFSFileHandle: (.fileSystem, "the file server lost it; mount the folder again, then run again")
        default: (.fileSystem, "look at the disk and at the log of the system, then run again")
        }
    }
}
