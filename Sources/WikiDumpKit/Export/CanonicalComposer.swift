/// Brings stretches of text into Unicode Normalization Form C. It reuses its memory from stretch to stretch.
struct CanonicalComposer {
    private let tables = NormalizationTables.shared
    private var text: [UInt32] = []
    private var classes: [UInt8] = []
    private var spare: [UInt32] = []

    /// The normal form of a stretch. The stretch must begin with a starter or at the start of the text, and must be followed
    /// by a starter that does not combine with what is before it.
    mutating func compose(_ stretch: [UInt32]) -> [UInt32] {
        text.removeAll(keepingCapacity: true)
        for codePoint in stretch {
            if Hangul.syllables.contains(codePoint) {
                Hangul.decompose(codePoint, into: &text)
            } else if let parts = tables.decomposition(of: codePoint) {
                text.append(contentsOf: parts)
            } else {
                text.append(codePoint)
            }
        }
        classes.removeAll(keepingCapacity: true)
        for codePoint in text { classes.append(tables.properties(of: codePoint).combiningClass) }
        reorder()
        recompose()
        return text
    }

    /// Sorts each run of marks by combining class. The sort is stable.
    private mutating func reorder() {
        var start = 0
        while start < text.count {
            guard classes[start] != 0 else {
                start += 1
                continue
            }
            var end = start + 1
            while end < text.count, classes[end] != 0 { end += 1 }
            sortMarks(start..<end)
            start = end
        }
    }

    private mutating func sortMarks(_ run: Range<Int>) {
        if run.count <= 16 {
            for position in run.dropFirst() {
                var place = position
                while place > run.lowerBound, classes[place - 1] > classes[place] {
                    classes.swapAt(place, place - 1)
                    text.swapAt(place, place - 1)
                    place -= 1
                }
            }
            return
        }
        // Counting sort, so that a text of nothing but marks does not take quadratic time.
        var places = [Int](repeating: 0, count: 257)
        for position in run { places[Int(classes[position]) + 1] += 1 }
        for index in 1...256 { places[index] += places[index - 1] }
        spare.removeAll(keepingCapacity: true)
        spare.append(contentsOf: text[run])
        let before = Array(classes[run])
        for (codePoint, combiningClass) in zip(spare, before) {
            let place = run.lowerBound + places[Int(combiningClass)]
            text[place] = codePoint
            classes[place] = combiningClass
            places[Int(combiningClass)] += 1
        }
    }

    /// Composes each starter with the marks that are not blocked from it (Unicode Standard, section 3.11, D117).
    private mutating func recompose() {
        var starter: Int?
        var lastClass: UInt8 = 0
        var end = 0
        for position in text.indices {
            let codePoint = text[position]
            let combiningClass = classes[position]
            if let place = starter, end == place + 1 || lastClass < combiningClass,
                let pair = Hangul.compose(text[place], codePoint) ?? tables.composition(of: text[place], codePoint)
            {
                text[place] = pair
                continue
            }
            if combiningClass == 0 { starter = end }
            lastClass = combiningClass
            text[end] = codePoint
            classes[end] = combiningClass
            end += 1
        }
        text.removeSubrange(end...)
    }
}
