import WikiDumpKit

extension RequestedValue {
    var option: String {
        switch self {
        case .date: "--date"
        case .cutoff: "--cutoff"
        case .takesLock: "--force"
        case .jobs: "--job"
        case .skippedJobs: "--skipjobs"
        case .restart: "--restartfrom"
        case .prerequisites: "--prereqs"
        case .part: "--partnum"
        case .checkpoint: "--checkpoint"
        case .afterCheckpoint: "--aftercheckpoint"
        case .pageRange: "--pageidrange"
        case .cleanup: "--cleanup"
        case .prefetchDate: "--prefetchdate"
        case .prefetch: "--noprefetch"
        case .spawn: "--nospawn"
        case .batches: "--batches"
        case .batchCount: "--numbatches"
        case .noticeRemoval: "--delnotice"
        case .sevenZipPrograms: "--sevenzip"
        }
    }
}

extension String {
    /// The text of a library in the words of the command line: a property of a request is replaced by the option
    /// that sets it.
    var namingOptions: String {
        replacing(/`(?<name>[\w.]+)(?: = (?<value>[^`]*))?`/) { match in
            if match.name == "userAgent" { return "DUMPCTL_USER_AGENT" }
            guard let value = RequestedValue(rawValue: String(match.name)) else { return String(match.output.0) }
            return match.value.map { "\(value.option) \($0)" } ?? value.option
        }
    }

    /// The text for a terminal: characters that it would act on are written as escapes, such as `\u{1B}`.
    var printable: String {
        guard unicodeScalars.contains(where: \.actsOnTerminal) else { return self }
        var text = ""
        for scalar in unicodeScalars {
            if scalar.actsOnTerminal {
                text += "\\u{" + String(scalar.value, radix: 16, uppercase: true) + "}"
            } else {
                text.unicodeScalars.append(scalar)
            }
        }
        return text
    }
}

extension Unicode.Scalar {
    /// Whether a terminal would not show it but do something: control characters, and those that turn the direction of text.
    fileprivate var actsOnTerminal: Bool {
        switch value {
        case 0..<0x20, 0x7F...0x9F, 0x202A...0x202E, 0x2066...0x2069: true
        default: false
        }
    }
}
