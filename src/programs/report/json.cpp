#include "programs/report/json.hpp"

#include "escapade/error.hpp"

#include <nlohmann/json.hpp>

#include <algorithm>
#include <cmath>

namespace escapade {

using Library = nlohmann::ordered_json;

/// To and from the library that reads and writes text.
struct JsonText {
  static Library to(const Json& json) {
    if (json.kind_ == Json::Kind::value)
      return std::visit([](const auto& value) { return Library(value); }, json.value_);
    Library out = json.kind_ == Json::Kind::list ? Library::array() : Library::object();
    for (std::size_t k = 0; k < json.items_.size(); ++k)
      if (json.kind_ == Json::Kind::list)
        out.push_back(to(json.items_[k]));
      else
        out[json.keys_[k]] = to(json.items_[k]);
    return out;
  }

  static Json from(const Library& library) {
    Json out;
    if (library.is_boolean())
      out = library.get<bool>();
    else if (library.is_number_integer())
      out = library.get<std::int64_t>();
    else if (library.is_number())
      out = library.get<double>();
    else if (library.is_string())
      out = library.get<std::string>();
    else if (library.is_array())
      for (out = Json::array(); const Library& item : library)
        out.push_back(from(item));
    else if (library.is_object())
      for (out = Json::object(); const auto& [key, value] : library.items())
        out[key] = from(value);
    return out;
  }
};

Json::Json(std::initializer_list<Json> list) : kind_(Kind::list), items_(list) {
  const auto is_pair = [](const Json& item) {
    return item.kind_ == Kind::list && item.items_.size() == 2 &&
           std::holds_alternative<std::string>(item.items_[0].value_) &&
           item.items_[0].kind_ == Kind::value;
  };
  if (!std::all_of(list.begin(), list.end(), is_pair))
    return;
  *this = object();
  for (const Json& pair : list)
    (*this)[std::get<std::string>(pair.items_[0].value_)] = pair.items_[1];
}

Json Json::array() {
  Json json;
  json.kind_ = Kind::list;
  return json;
}

Json Json::object() {
  Json json;
  json.kind_ = Kind::map;
  return json;
}

Json Json::parse(const std::string& text) {
  const Library parsed = Library::parse(text, nullptr, false);
  return parsed.is_discarded() ? Json() : JsonText::from(parsed);
}

Json& Json::operator[](const std::string& key) {
  if (is_null())
    kind_ = Kind::map;
  const auto found = std::find(keys_.begin(), keys_.end(), key);
  if (found != keys_.end())
    return items_[static_cast<std::size_t>(found - keys_.begin())];
  keys_.push_back(key);
  return items_.emplace_back();
}

const Json* Json::find(const std::string& key) const {
  const auto found = std::find(keys_.begin(), keys_.end(), key);
  return found == keys_.end() ? nullptr : &items_[static_cast<std::size_t>(found - keys_.begin())];
}

void Json::push_back(Json item) {
  if (is_null())
    kind_ = Kind::list;
  items_.push_back(std::move(item));
}

void Json::update(const Json& other) {
  for (std::size_t k = 0; k < other.keys_.size(); ++k)
    (*this)[other.keys_[k]] = other.items_[k];
}

std::optional<double> Json::number() const {
  if (const auto* const whole = std::get_if<std::int64_t>(&value_); whole && kind_ == Kind::value)
    return static_cast<double>(*whole);
  const auto* const number = std::get_if<double>(&value_);
  return number && kind_ == Kind::value ? std::optional(*number) : std::nullopt;
}

std::string Json::text(const std::string& otherwise) const {
  const auto* const text = std::get_if<std::string>(&value_);
  return text ? *text : otherwise;
}

std::string Json::not_finite(const std::string& place) const {
  if (const auto* const number = std::get_if<double>(&value_); number && !std::isfinite(*number))
    return place;
  for (std::size_t k = 0; k < items_.size(); ++k) {
    const std::string name =
        kind_ == Kind::list ? "[" + std::to_string(k) + "]" : (place.empty() ? "" : ".") + keys_[k];
    if (std::string found = items_[k].not_finite(place + name); !found.empty())
      return found;
  }
  return {};
}

std::string Json::dump(int indent) const {
  try {
    return JsonText::to(*this).dump(indent);
  } catch (const Library::exception&) {
    throw BadInput("a name in the summary is not text in UTF-8; nothing is written");
  }
}

} // namespace escapade
