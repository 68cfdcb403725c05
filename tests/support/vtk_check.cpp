// Files of VTK that are not what they say: told before VTK reads them, in every way of writing.
#define BOOST_TEST_MODULE vtk_check
#include <boost/test/unit_test.hpp>

#include "escapade/error.hpp"
#include "support/files/vtk_check.hpp"

#include <fstream>
#include <iterator>
#include <vtkDoubleArray.h>
#include <vtkImageData.h>
#include <vtkNew.h>
#include <vtkPointData.h>
#include <vtkXMLImageDataWriter.h>

using namespace escapade;

namespace {

struct Way {
  int mode;
  bool base64;
  vtkXMLWriter::CompressorType packed;
  bool wide, big_endian;
};

std::vector<Way> all_ways() {
  std::vector<Way> ways;
  for (const auto packed : {vtkXMLWriter::NONE, vtkXMLWriter::ZLIB, vtkXMLWriter::LZ4})
    for (const bool wide : {false, true})
      for (const bool big_endian : {false, true})
        for (const bool base64 : {false, true})
          for (const int mode : {vtkXMLWriter::Binary, vtkXMLWriter::Appended})
            if (mode == vtkXMLWriter::Appended || base64)
              ways.push_back({mode, base64, packed, wide, big_endian});
  ways.push_back({vtkXMLWriter::Ascii, true, vtkXMLWriter::NONE, false, false});
  return ways;
}

/// 20 × 9 points, 1440 bytes, in blocks of 512 as a rule.
std::string image(const Way& way, int block = 512) {
  vtkNew<vtkImageData> image;
  image->SetDimensions(20, 9, 1);
  image->SetSpacing(0.1, 0.25, 1);
  vtkNew<vtkDoubleArray> values;
  values->SetName("V");
  for (int k = 0; k < 180; ++k)
    values->InsertNextValue(k * k * 0.01);
  image->GetPointData()->AddArray(values);
  vtkNew<vtkXMLImageDataWriter> writer;
  writer->SetInputData(image);
  writer->SetDataMode(way.mode);
  writer->SetEncodeAppendedData(way.base64);
  writer->SetCompressorType(way.packed);
  writer->SetBlockSize(static_cast<std::size_t>(block));
  writer->SetHeaderType(way.wide ? vtkXMLWriter::UInt64 : vtkXMLWriter::UInt32);
  writer->SetByteOrder(way.big_endian ? vtkXMLWriter::BigEndian : vtkXMLWriter::LittleEndian);
  writer->SetFileName("whole.vti");
  writer->Write();
  std::ifstream in("whole.vti", std::ios::binary);
  return {std::istreambuf_iterator<char>(in), {}};
}

/// "" where the file is as it says.
std::string fault(const std::string& text) {
  std::ofstream("tried.vti", std::ios::binary) << text;
  try {
    check_vtk_text("tried.vti", "it");
  } catch (const BadInput& e) {
    return e.what();
  }
  return {};
}

/// Where the values begin.
std::size_t begin_of_values(const std::string& text, const Way& way) {
  if (way.mode == vtkXMLWriter::Appended)
    return text.find('_', text.find("<AppendedData")) + 1;
  const std::size_t end = text.find('>', text.find("<DataArray"));
  return text.find_first_not_of(" \n", end + 1);
}

std::string with(std::string text, const std::string& from, const std::string& to) {
  const auto at = text.find(from);
  BOOST_REQUIRE(at != text.npos);
  return text.replace(at, from.size(), to);
}

} // namespace

BOOST_AUTO_TEST_CASE(whole_files_are_taken_in_every_way_of_writing) {
  for (const Way& way : all_ways())
    for (const int block : {512, 1440, 32768})
      BOOST_TEST(fault(image(way, block)) == "");
}

BOOST_AUTO_TEST_CASE(lengths_that_the_file_does_not_hold_are_told) {
  for (const Way& way : all_ways()) {
    std::string text = image(way);
    const std::size_t at = begin_of_values(text, way);
    if (way.mode == vtkXMLWriter::Ascii)
      continue;
    for (const char* nonsense : {"zzzz", "AAAA", "////"}) {
      std::string spoilt = text;
      spoilt.replace(at + (way.big_endian && !way.base64 ? 1 : 0), 4, nonsense);
      if (spoilt != text)
        BOOST_TEST(fault(spoilt).find("it: damaged: the array V") == 0, fault(spoilt));
    }
  }
}

BOOST_AUTO_TEST_CASE(values_that_are_missing_or_too_many_are_told) {
  for (const Way& way : all_ways()) {
    const std::string text = image(way);
    const std::size_t at = begin_of_values(text, way);
    std::string less = text, more = text;
    less.erase(at + 120, 80);
    BOOST_TEST(fault(less).find("damaged") != less.npos);
    more.insert(at + 160, "1 17");
    BOOST_TEST(fault(more).find("damaged") != more.npos);
    BOOST_TEST(fault(with(text, "Extent=\"0 19 0 8", "Extent=\"0 19 0 7")).empty()); // the whole
    BOOST_TEST(
        fault(with(text, "Piece Extent=\"0 19 0 8", "Piece Extent=\"0 19 0 9")).find("damaged") !=
        text.npos);
  }
}

BOOST_AUTO_TEST_CASE(bytes_that_cannot_be_read_or_unpacked_are_told) {
  for (const Way& way : all_ways()) {
    std::string text = image(way);
    const std::size_t at = begin_of_values(text, way);
    if (way.base64) {
      text[at + 170] = '!';
      BOOST_TEST(fault(text).find("damaged: ") != text.npos);
    } else if (way.packed == vtkXMLWriter::ZLIB) {
      text.replace(at + 44 + (way.wide ? 20 : 0), 4, "\xff\xff\xff\xff");
      BOOST_TEST(fault(text).find("cannot be unpacked") != text.npos, fault(text));
    }
  }
}

BOOST_AUTO_TEST_CASE(words_where_numbers_belong_are_told) {
  const std::string text = image(all_ways().back());
  BOOST_TEST(
      fault(with(text, "Origin=\"0 0 0\"", "Origin=\"zero 0 0\"")).find("Origin is \"zero 0 0\"") !=
      text.npos);
  BOOST_TEST(fault(with(text, "Spacing=\"0.1 0.25 1\"", "Spacing=\"0.1 0.25\""))
                 .find("Spacing is \"0.1 0.25\"") != text.npos);
  BOOST_TEST(fault(with(text, " 0.01 ", " one ")).find("'one' in the array V is no number") !=
             text.npos);
}
