extension XMLBuffer {
    /// Appends text as MediaWiki's `Language::normalize` and `htmlspecialchars` give it: what is not UTF-8 and what XML
    /// forbids becomes U+FFFD, the rest is brought into normal form C and escaped.
    mutating func clean(_ text: [UInt8], _ scanner: TextScanner) {
        if text.isEmpty { return }
        reserve(text.count)
        unsafe text.withUnsafeBufferPointer { unsafe clean($0, scanner, normalizing: true) }
    }

    /// Makes room for a long text at once, as growing step by step would need twice the memory.
    private mutating func reserve(_ count: Int) {
        let wanted = bytes.count + count + count / 8
        if count > 1 << 16, wanted > bytes.capacity { bytes.reserveCapacity(max(wanted, bytes.capacity / 2 * 3)) }
    }

    private mutating func clean(_ source: UnsafeBufferPointer<UInt8>, _ scanner: TextScanner, normalizing: Bool) {
        let start = bytes.count
        var position = 0
        var validStart = 0
        var facts = CleaningFacts()
        while position < source.count {
            let limit = min(source.count, position + 8192)
            var stop = TextScanner.Stop.limit
            bytes.append(addingCapacity: (limit - position) * TextScanner.growth + TextScanner.slack) { span in
                unsafe span.withUnsafeMutableBufferPointer { memory, initialized in
                    guard let target = memory.baseAddress else { return }
                    (initialized, stop) = unsafe scanner.scan(source, from: &position, to: limit, into: target)
                }
            }
            switch stop {
            case .limit: continue
            case .invalid:
                let length = unsafe UTF8Sequence.invalidLength(source, at: position)
                // U+FFFE and U+FFFF do not make a text invalid.
                if unsafe length != 3 || source[position] != 0xEF || source[position + 1] != 0xBF
                    || source[position + 2] < 0xBE
                {
                    facts.hasInvalid = true
                }
                literal("\u{FFFD}")
                position += length
                validStart = position
            case .unstable:
                unsafe stretch(of: source, at: &position, validStart, scanner.form, &facts, normalizing)
            }
        }
        // With invalid bytes in a text MediaWiki's own older tables decide whether it is normalised at all.
        if normalizing, facts.hasInvalid, facts.hasChanged, !facts.hasKnownMark {
            bytes.removeSubrange(start...)
            unsafe clean(source, scanner, normalizing: false)
        }
    }

    /// Appends the unstable characters at `position`, normalised together with the starter before them, which is
    /// already written.
    private mutating func stretch(
        of source: UnsafeBufferPointer<UInt8>, at position: inout Int, _ validStart: Int, _ form: TextForm,
        _ facts: inout CleaningFacts, _ normalizing: Bool
    ) {
        let tables = NormalizationTables.shared
        stretch.removeAll(keepingCapacity: true)
        let first = position
        var starter: UInt32?
        if position > validStart {
            var before = position - 1
            while unsafe before > validStart && source[before] & 0xC0 == 0x80 { before -= 1 }
            starter = unsafe scalar(source, at: before)?.codePoint
        }
        if let starter { stretch.append(starter) }
        var isOrdered = true
        var lastClass: UInt8 = 0
        while position < source.count, unsafe source[position] >= 0x80,
            let scalar = unsafe scalar(source, at: position)
        {
            let properties = tables.properties(of: scalar.codePoint)
            if properties == tables.properties[0] { break }
            stretch.append(scalar.codePoint)
            if !properties.isStable || properties.combiningClass < lastClass { isOrdered = false }
            if !properties.isRecent { facts.hasKnownMark = true }
            lastClass = properties.combiningClass
            position += scalar.length
        }
        if !isOrdered, normalizing {
            let composed = composer.compose(stretch)
            if composed != stretch {
                facts.hasChanged = true
                var rest = composed[...]
                if let starter {
                    if starter == composed[0] {
                        rest = composed.dropFirst()
                    } else {
                        bytes.removeLast(Self.writtenLength(starter))
                    }
                }
                for codePoint in rest { scalar(codePoint, form) }
                return
            }
        }
        unsafe bytes.append(contentsOf: UnsafeBufferPointer(rebasing: source[first..<position]))
    }

    private func scalar(
        _ source: UnsafeBufferPointer<UInt8>, at position: Int
    ) -> (codePoint: UInt32, length: Int)? {
        let byte = unsafe source[position]
        if byte < 0x80 { return (UInt32(byte), 1) }
        guard let base = source.baseAddress,
            let sequence = unsafe UTF8Sequence(base + position, source.count - position)
        else { return nil }
        return (sequence.codePoint, sequence.length)
    }

    /// How many bytes a starter took that composes with a mark. Of the characters that are escaped only `<` and `>` do.
    private static func writtenLength(_ codePoint: UInt32) -> Int {
        if codePoint == 0x3C || codePoint == 0x3E { return 4 }
        return Unicode.Scalar(codePoint).map { UTF8.width($0) } ?? 0
    }

    private mutating func scalar(_ codePoint: UInt32, _ form: TextForm) {
        guard codePoint >= 0x80 else {
            bytes.append(addingCapacity: TextScanner.growth) { span in
                unsafe span.withUnsafeMutableBufferPointer { memory, initialized in
                    guard let target = memory.baseAddress else { return }
                    initialized = unsafe TextScanner.write(
                        UInt8(truncatingIfNeeded: codePoint), into: target, form: form)
                }
            }
            return
        }
        if let scalar = Unicode.Scalar(codePoint) { bytes.append(contentsOf: UTF8.encode(scalar) ?? .init()) }
    }
}

/// What came up while a text was cleaned.
private struct CleaningFacts {
    /// Whether bytes that are not UTF-8 were replaced.
    var hasInvalid = false
    /// Whether normalising changed something.
    var hasChanged = false
    /// Whether there is a character at which MediaWiki's older tables stop.
    var hasKnownMark = false
}
