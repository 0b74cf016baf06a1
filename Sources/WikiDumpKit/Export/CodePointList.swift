/// Reads the lists of ``NormalizationData`` and of ``ArabicForms``.
struct CodePointList {
    private let items: [Substring]

    init(_ text: StaticString) {
        items = text.description.split(separator: " ")
    }

    private static func number(_ text: Substring) -> UInt32 {
        guard let number = UInt32(text, radix: 16) else { preconditionFailure("\(text) is no hexadecimal number") }
        return number
    }

    /// The entries `FIRST`, `FIRST-LAST`, `FIRST=VALUE` and `FIRST-LAST=VALUE`; the value is 0 if it is not given.
    func ranges() -> [(first: UInt32, last: UInt32, value: UInt32)] {
        items.map { item in
            let sides = item.split(separator: "=")
            let ends = sides[0].split(separator: "-").map(Self.number)
            return (ends[0], ends[ends.count - 1], sides.count > 1 ? Self.number(sides[1]) : 0)
        }
    }

    /// The entries `FIRST=PART[+PART...]` and `FIRST-LAST=PART[+PART...]`: characters and what stands in their place.
    func replacements() -> [(characters: ClosedRange<UInt32>, parts: [UInt32])] {
        items.map { item in
            let sides = item.split(separator: "=")
            let ends = sides[0].split(separator: "-").map(Self.number)
            return (ends[0]...ends[ends.count - 1], sides[1].split(separator: "+").map(Self.number))
        }
    }

    /// The entries `COMPOSED=FIRST+SECOND` and `COMPOSED>FIRST[+SECOND]`; the latter do not compose.
    func decompositions() -> [(composed: UInt32, parts: [UInt32], composes: Bool)] {
        items.map { item in
            let sides = item.split { $0 == "=" || $0 == ">" }
            return (Self.number(sides[0]), sides[1].split(separator: "+").map(Self.number), item.contains("="))
        }
    }
}
