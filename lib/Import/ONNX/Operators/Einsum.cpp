// Einstein summation.
//
// Every letter of the equation names a dimension. Operands are joined from left to right: of
// two operands, letters that both have and nobody needs later are summed by a matrix product,
// after transposes and reshapes that bring the letters into the groups batch, rows, sum,
// columns. What an operand has alone and nobody needs is summed beforehand.
//
// Part of nn-compile. SPDX-License-Identifier: Apache-2.0 WITH LLVM-exception
#include "lib/Import/ONNX/Node.h"
#include "lib/Import/ONNX/Operators/Groups.h"
#include "lib/Import/ONNX/Operators/Products.h"

#include <map>

using namespace mlir;

namespace nnc::onnx {

namespace {

/// Letters are their characters; the dimensions of an ellipsis are numbered from here on,
/// aligned at the last one.
constexpr int firstEllipsisLabel = 1000, maxRank = 64;

using Labels = SmallVector<int>;

/// An operand with the label of each dimension.
struct Term {
  Value value;
  Labels labels;
};

class Einsum {
public:
  explicit Einsum(Node &node) : node(node) {}
  LogicalResult run();

private:
  bool parse();
  bool parseOperands(ArrayRef<StringRef> texts);
  bool parseOutput(std::optional<StringRef> text);
  bool parseTerm(StringRef text, int64_t rank, Labels &labels);
  void takeDiagonal(Term &term, size_t first, size_t second);
  Term simplify(Term term, const Labels &needed);
  Term join(Term a, Term b, const Labels &needed);
  Value arrange(const Term &term, const Labels &order);
  int64_t sizeOf(const Labels &group);
  Node::Shape sizesOf(const Labels &group);

  Node &node;
  SmallVector<Term> terms;
  Labels output;
  std::map<int, int64_t> sizes; ///< label → size
  std::map<int, int> uses;      ///< label → how often the operands have it
  int64_t ellipsisRank = 0;     ///< the largest number of dimensions of an ellipsis
};

} // namespace

static bool contains(const Labels &labels, int label) { return llvm::is_contained(labels, label); }

/// Reads the letters of one term; an ellipsis stands for the dimensions without a letter.
bool Einsum::parseTerm(StringRef text, int64_t rank, Labels &labels) {
  size_t dots = text.find("...");
  StringRef letters[2] = {text.substr(0, dots),
                          dots == StringRef::npos ? "" : text.substr(dots + 3)};
  int64_t stated = static_cast<int64_t>(letters[0].size() + letters[1].size());
  bool good = llvm::all_of(letters[0], llvm::isAlpha) && llvm::all_of(letters[1], llvm::isAlpha);
  if (!good || (rank >= 0 && (stated > rank || (dots == StringRef::npos && stated != rank)))) {
    node.error() << "term '" << text << "' of the equation does not fit an operand of " << rank
                 << " dimensions";
    return false;
  }
  for (char letter : letters[0])
    labels.push_back(letter);
  for (int64_t i = rank - stated; dots != StringRef::npos && i > 0; --i)
    labels.push_back(firstEllipsisLabel + maxRank - static_cast<int>(i));
  for (char letter : letters[1])
    labels.push_back(letter);
  return true;
}

/// Reads the terms of the operands and learns the size of each label.
bool Einsum::parseOperands(ArrayRef<StringRef> texts) {
  for (auto [i, text] : llvm::enumerate(texts)) {
    Term term{node.input(i), {}};
    if (!term.value || Node::rankOf(term.value) >= maxRank ||
        !parseTerm(text, Node::rankOf(term.value), term.labels))
      return false;
    int64_t ellipsis = 0;
    for (auto [label, size] : llvm::zip_equal(term.labels, Node::shapeOf(term.value))) {
      ++uses[label];
      ellipsis += label >= firstEllipsisLabel;
      int64_t &known = sizes.try_emplace(label, size).first->second;
      if (known == 1)
        known = size;
      if (size != known && size != 1) {
        node.error() << "a dimension has size " << known << " in one term and " << size
                     << " in another";
        return false;
      }
    }
    ellipsisRank = std::max(ellipsisRank, ellipsis);
    terms.push_back(term);
  }
  return true;
}

/// Without a stated output, it has the ellipsis and every letter that appears once, in order.
bool Einsum::parseOutput(std::optional<StringRef> text) {
  if (text) {
    int64_t letters = llvm::count_if(*text, llvm::isAlpha);
    if (!parseTerm(*text, letters + (text->contains("...") ? ellipsisRank : 0), output))
      return false;
  } else {
    for (int64_t i = ellipsisRank; i > 0; --i)
      output.push_back(firstEllipsisLabel + maxRank - static_cast<int>(i));
    for (auto [label, count] : uses)
      if (label < firstEllipsisLabel && count == 1)
        output.push_back(label);
  }
  for (int label : output)
    if (!uses.count(label) || llvm::count(output, label) > 1) {
      node.error() << "the output of the equation has a letter twice or one that no input has";
      return false;
    }
  return true;
}

bool Einsum::parse() {
  std::string equation = node.text("equation", "");
  llvm::erase(equation, ' ');
  auto [left, right] = StringRef(equation).split("->");
  SmallVector<StringRef> texts;
  left.split(texts, ',');
  if (texts.size() != node.numInputs()) {
    node.error() << "the equation '" << equation << "' has " << texts.size()
                 << " terms, but there are " << node.numInputs() << " inputs";
    return false;
  }
  bool stated = StringRef(equation).contains("->");
  return parseOperands(texts) && parseOutput(stated ? std::optional(right) : std::nullopt);
}

/// Keeps only the elements whose positions in two dimensions agree, and drops the second.
void Einsum::takeDiagonal(Term &term, size_t first, size_t second) {
  Type i64 = node.builder().getI64Type();
  size_t rank = term.labels.size();
  auto positions = [&](size_t d) {
    Node::Shape shape(rank, 1);
    shape[d] = Node::shapeOf(term.value)[d];
    return node.makeTyped<nn::IotaOp>(RankedTensorType::get(shape, i64), static_cast<int64_t>(d),
                                      APFloat(0.0), APFloat(1.0));
  };
  Value equal = node.compare(nn::ComparePredicate::equal, positions(first), positions(second));
  Value zero = node.scalar(0, Node::elementOf(term.value));
  Value kept = node.make<nn::SelectOp>(equal, term.value, zero);
  term.value = node.reduce(nn::ReduceKind::sum, kept, static_cast<int64_t>(second), false);
  term.labels.erase(term.labels.begin() + static_cast<ptrdiff_t>(second));
}

/// One dimension per label, none that is not needed.
Term Einsum::simplify(Term term, const Labels &needed) {
  for (size_t i = 0; i < term.labels.size() && !node.hasFailed(); ++i)
    for (size_t j = term.labels.size() - 1; j > i && !node.hasFailed(); --j)
      if (term.labels[i] == term.labels[j])
        takeDiagonal(term, i, j);
  Node::Shape summed;
  Labels kept;
  for (auto [d, label] : llvm::enumerate(term.labels)) {
    if (contains(needed, label))
      kept.push_back(label);
    else
      summed.push_back(static_cast<int64_t>(d));
  }
  if (!summed.empty())
    term.value = node.reduce(nn::ReduceKind::sum, term.value, summed, false);
  term.labels = kept;
  return term;
}

Node::Shape Einsum::sizesOf(const Labels &group) {
  Node::Shape shape;
  for (int label : group)
    shape.push_back(sizes[label]);
  return shape;
}

int64_t Einsum::sizeOf(const Labels &group) { return countElements(sizesOf(group)).value_or(0); }

/// The operand with its dimensions in another order, those of size 1 repeated where another
/// operand has more.
Value Einsum::arrange(const Term &term, const Labels &order) {
  Node::Shape perm;
  for (int label : order)
    perm.push_back(llvm::find(term.labels, label) - term.labels.begin());
  Value turned = node.transpose(term.value, perm);
  return node.hasFailed() ? Value() : node.broadcast(turned, sizesOf(order));
}

Term Einsum::join(Term a, Term b, const Labels &needed) {
  Labels batch, summed, rows, columns;
  for (int label : a.labels)
    (!contains(b.labels, label) ? rows : contains(needed, label) ? batch : summed).push_back(label);
  for (int label : b.labels)
    if (!contains(a.labels, label))
      columns.push_back(label);
  auto concat = [](std::initializer_list<const Labels *> groups) {
    Labels all;
    for (const Labels *group : groups)
      all.append(group->begin(), group->end());
    return all;
  };
  Term result{{}, concat({&batch, &rows, &columns})};
  Value left = arrange(a, concat({&batch, &rows, &summed}));
  Value right = arrange(b, concat({&batch, &summed, &columns}));
  if (node.hasFailed())
    return result;
  left = node.reshape(left, {sizeOf(batch), sizeOf(rows), sizeOf(summed)});
  right = node.reshape(right, {sizeOf(batch), sizeOf(summed), sizeOf(columns)});
  // Without a sum it is a plain product of each row with each column.
  Value product =
      summed.empty() ? node.mul(left, right) : node.make<nn::MatMulOp>(left, right, false, false);
  if (!node.hasFailed())
    result.value = node.reshape(product, sizesOf(result.labels));
  return result;
}

LogicalResult Einsum::run() {
  if (!parse())
    return failure();
  // What later operands or the output still use.
  auto neededAfter = [&](size_t i) {
    Labels needed = output;
    for (size_t j = i; j < terms.size(); ++j)
      needed.append(terms[j].labels.begin(), terms[j].labels.end());
    return needed;
  };
  Term result = simplify(terms[0], neededAfter(1));
  for (size_t i = 1; i < terms.size() && !node.hasFailed(); ++i) {
    Labels others = neededAfter(i + 1);
    others.append(result.labels.begin(), result.labels.end());
    Term next = simplify(terms[i], others);
    if (!node.hasFailed())
      result = join(result, next, neededAfter(i + 1));
  }
  return node.hasFailed() ? failure() : node.finish(arrange(result, output));
}

LogicalResult buildEinsum(Node &node) { return Einsum(node).run(); }

} // namespace nnc::onnx
